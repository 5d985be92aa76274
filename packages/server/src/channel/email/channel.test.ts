import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../base/clock.ts';
import type { Channel } from '../../ports/channel.ts';
import { TEST_CERTIFICATE } from '../http/tls-fixture.ts';
import { deliveryOf, formatUtc, messageOf, PUBLIC_URL } from '../message-fixtures.contract.ts';
import { createEmailChannel, type EmailChannelOptions } from './channel.ts';
import type { SmtpSettings } from './config.ts';
import { headerOf, MailServer, partOf, refusal, SMTP_PASSWORD, SMTP_USER } from './smtp-fixture.contract.ts';

// Goal: mails arrive whole at a real SMTP server, over each kind of connection, and every way of failing ends in the
// right outcome with a sentence that says what to do.

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function server(...args: Parameters<typeof MailServer.open>): Promise<MailServer> {
  const made = await MailServer.open(...args);
  open.push(made);
  return made;
}

function settingsOf(port: number, changes: Partial<SmtpSettings> = {}): SmtpSettings {
  return {
    host: 'localhost',
    port,
    security: 'starttls',
    user: SMTP_USER,
    password: SMTP_PASSWORD,
    from: 'alerts@cloudbell.example.com',
    tlsCa: TEST_CERTIFICATE,
    ...changes,
  };
}

function channel(smtp: SmtpSettings | null, changes: Partial<EmailChannelOptions> = {}): Channel {
  const made = createEmailChannel({
    clock: systemClock,
    smtp,
    publicUrl: PUBLIC_URL,
    formatTime: formatUtc,
    deadlineMs: 50_000,
    ...changes,
  });
  open.push(made);
  return made;
}

const to = (endpoint = 'ops@example.com') => ({ channel: 'email', endpoint }) as const;

describe('a mail arrives', () => {
  it.each([
    ['starttls', {}],
    ['tls', { secure: true }],
    ['none', { hideSTARTTLS: true, allowInsecureAuth: true }],
  ] as const)('over %s, with login', async (security, options) => {
    const mail = await server(options);
    const result = await channel(settingsOf(mail.port, { security })).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'accepted',
      status: 250,
      error: null,
      answer: expect.stringContaining('queued as 1A2B'),
      retryAfterMs: null,
    });
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]).toMatchObject({
      from: 'alerts@cloudbell.example.com',
      to: ['ops@example.com'],
      user: SMTP_USER,
      secure: security !== 'none',
    });
  });

  it('with everything a person must know, as text and as HTML', async () => {
    const mail = await server();
    await channel(settingsOf(mail.port)).send([deliveryOf(to())]);
    const [received] = mail.received;
    expect(headerOf(received!, 'Subject')).toBe('[WARN] Basic monitoring-ECS-memory usage: web-1: 97.39 (Average>=95)');
    expect(headerOf(received!, 'From')).toBe('Cloudbell <alerts@cloudbell.example.com>');
    expect(headerOf(received!, 'To')).toBe('ops@example.com');
    expect(headerOf(received!, 'Message-ID')).toBe('<msg_0123456789abcdef0123456789abcdef@cloudbell.example.com>');
    expect(headerOf(received!, 'Auto-Submitted')).toBe('auto-generated');
    expect(headerOf(received!, 'Content-Type')).toContain('multipart/alternative');
    expect(partOf(received!, 'text/plain').replaceAll('\r\n', '\n')).toBe(
      [
        'WARN  Basic monitoring-ECS-memory usage',
        '',
        'What:     Host.mem.usedutilization (acs_ecs)',
        'Where:    web-1',
        'Resource: userId=1000000000000001, instanceId=i-12',
        'Value:    97.39 (Average>=95)',
        'Level:    WARN',
        'Since:    2026-03-04 05:06:07 UTC',
        'Labels:   team=web',
        '',
        'https://cloudbell.example.com/alerts/a1b2c3d4e5f60718293a4b5c6d7e8f90',
        '',
        'Sent by Cloudbell, https://cloudbell.example.com',
      ].join('\n'),
    );
    const html = partOf(received!, 'text/html');
    for (const text of ['web-1', '97.39 (Average&gt;=95)', '2026-03-04 05:06:07 UTC', 'acs_ecs']) {
      expect(html).toContain(text);
    }
    expect(html).toContain('href="https://cloudbell.example.com/alerts/a1b2c3d4e5f60718293a4b5c6d7e8f90"');
  });

  it('as a digest: every notification in it, in order', async () => {
    const mail = await server();
    const deliveries = Array.from({ length: 150 }, (_, n) =>
      deliveryOf(
        to(),
        messageOf({ alertId: `alert${n}`, instanceName: `web-${n}`, level: n === 7 ? 'CRITICAL' : 'WARN' }),
      ),
    );
    expect((await channel(settingsOf(mail.port)).send(deliveries)).outcome).toBe('accepted');
    const [received] = mail.received;
    expect(headerOf(received!, 'Subject')).toBe('[CRITICAL] 150 notifications: 1 CRITICAL, 149 WARN');
    const places = (text: string): number[] => deliveries.map((_, n) => text.indexOf(`/alerts/alert${n}\r`));
    const text = `${partOf(received!, 'text/plain')}\r`;
    expect(places(text)).not.toContain(-1);
    expect(places(text)).toEqual([...places(text)].sort((a, b) => a - b));
    const html = partOf(received!, 'text/html');
    for (let n = 0; n < 150; n++) expect(html).toContain(`/alerts/alert${n}"`);
  });

  it('over the connection that is open already; a new one when the server has closed it', async () => {
    const mail = await server();
    const sender = channel(settingsOf(mail.port));
    for (let n = 0; n < 3; n++) expect((await sender.send([deliveryOf(to())])).outcome).toBe('accepted');
    expect(mail.connections).toBe(1);
    mail.cutConnections();
    const outcomes = [];
    for (let n = 0; n < 2; n++) outcomes.push((await sender.send([deliveryOf(to())])).outcome);
    // Whether the end is noticed before the next mail is a matter of luck; then it costs no attempt.
    expect([
      ['accepted', 'accepted'],
      ['stale_socket', 'accepted'],
    ]).toContainEqual(outcomes);
  });

  it('from several attempts at once', async () => {
    const mail = await server();
    const sender = channel(settingsOf(mail.port));
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => sender.send([deliveryOf(to(`c${n}@example.com`))])),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'accepted'));
    expect(new Set(mail.received.flatMap((each) => each.to)).size).toBe(8);
  });
});

describe('a failure says what to do', () => {
  it('no SMTP server is configured', async () => {
    const result = await channel(null).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'not_configured',
      status: null,
      error: expect.stringContaining('the mail is then sent.'),
    });
    const rehearsal = { onSent: () => undefined, onSigned: () => undefined };
    // A test waits for nothing, and does not say that it will be sent.
    expect((await channel(null).send([deliveryOf(to())], rehearsal)).error).toMatch(/--smtp-from\.$/);
  });

  it('a host that does not exist', async () => {
    const result = await channel(settingsOf(25, { host: 'smtp.invalid' })).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'dns',
      error: 'The name of smtp.invalid:25 does not resolve. Check --smtp-host.',
    });
  });

  it('a port where nobody listens', async () => {
    const result = await channel(settingsOf(1, { host: '127.0.0.1' })).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'refused',
      error: expect.stringMatching(/^127\.0\.0\.1:1 refused .*--smtp-port/),
    });
  });

  it('a wrong password: tried again, and nobody reads it in the ledger', async () => {
    const mail = await server();
    const result = await channel(settingsOf(mail.port, { password: 'wrong horse' })).send([deliveryOf(to())]);
    expect(result).toMatchObject({ outcome: 'status', status: 535 });
    expect(result.error).toMatch(/refused the login .*Check CLOUDBELL_SMTP_USER and CLOUDBELL_SMTP_PASSWORD\.$/);
    expect(JSON.stringify(result)).not.toContain('wrong horse');
  });

  it('no login where one is wanted', async () => {
    const mail = await server();
    const result = await channel(settingsOf(mail.port, { user: null })).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'status',
      status: 530,
      error: expect.stringContaining('refused the login'),
    });
  });

  it('a certificate that is not trusted', async () => {
    const mail = await server();
    const result = await channel(settingsOf(mail.port, { tlsCa: undefined })).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'tls',
      error: expect.stringMatching(/self-signed certificate.*--smtp-ca/),
    });
  });

  it('a server that offers no STARTTLS: nothing is sent in the clear', async () => {
    const mail = await server({ hideSTARTTLS: true, allowInsecureAuth: true, disabledCommands: ['STARTTLS'] });
    const result = await channel(settingsOf(mail.port)).send([deliveryOf(to())]);
    expect(result).toMatchObject({ outcome: 'tls', error: expect.stringContaining('--smtp-security') });
    expect(mail.received).toEqual([]);
  });

  it('TLS where STARTTLS is spoken', async () => {
    const mail = await server();
    const result = await channel(settingsOf(mail.port, { security: 'tls' })).send([deliveryOf(to())]);
    expect(result).toMatchObject({ outcome: 'tls', error: expect.stringContaining('--smtp-security') });
  });

  it.each([
    [
      'a recipient that does not exist',
      'refuseRecipient',
      550,
      'rejected',
      /refused the recipient \(550 No such user\)\. Check the address/,
    ],
    [
      'a recipient for whom it is too soon',
      'refuseRecipient',
      450,
      'status',
      /puts mail off for now \(450 No such user\)/,
    ],
    [
      'a sender that is not allowed',
      'refuseSender',
      553,
      'rejected',
      /refused the sender alerts@cloudbell\.example\.com .*--smtp-from/,
    ],
    ['a mail that is taken for spam', 'refuseMail', 554, 'rejected', /refused the mail \(554 No such user\)/],
    ['a full disk', 'refuseMail', 452, 'status', /puts mail off/],
  ] as const)('%s', async (_, where, code, outcome, error) => {
    const mail = await server();
    mail[where] = refusal(code, 'No such user');
    const sender = channel(settingsOf(mail.port));
    expect(await sender.send([deliveryOf(to())])).toMatchObject({
      outcome,
      status: code,
      error: expect.stringMatching(error),
      answer: expect.stringContaining('No such user'),
    });
    mail[where] = null;
    expect((await sender.send([deliveryOf(to())])).outcome).toBe('accepted');
  });

  it('a server that greets nobody is left at the deadline', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const sockets = new Promise<void>((resolve) =>
      silent.once('connection', (socket) => socket.once('close', () => resolve())),
    );
    const result = await channel(settingsOf(port, { host: '127.0.0.1' }), { deadlineMs: 300 }).send([deliveryOf(to())]);
    expect(result).toMatchObject({
      outcome: 'timeout',
      error: expect.stringMatching(/did not answer within 0\.3 s\. Check --smtp-host/),
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(299);
    await sockets;
    await new Promise<void>((resolve) => silent.close(() => resolve()));
  });

  it('a server that is none', async () => {
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as { port: number };
    const result = await channel(settingsOf(port, { host: '127.0.0.1' })).send([deliveryOf(to())]);
    expect(result).toMatchObject({ outcome: 'protocol', error: expect.stringContaining('did not answer in SMTP') });
    await new Promise<void>((resolve) => http.close(() => resolve()));
  });

  it('an address that is none', async () => {
    const mail = await server();
    const result = await channel(settingsOf(mail.port)).send([
      deliveryOf(to('two words@example.com\r\nBcc: all@example.com')),
    ]);
    expect(result.outcome).toBe('rejected');
    expect(mail.received).toEqual([]);
  });
});
