import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveryDetail } from '@cloudbell/core/contract/delivery.ts';
import type { ChannelName } from '@cloudbell/core/notify/delivery.ts';
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, SMTP_PASSWORD, SMTP_USER } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '@cloudbell/server/channel/http/tls-fixture.ts';
import { expect } from 'vitest';
import { CloudbellProcess, pause } from './cloudbell-process.ts';
import { Receiver } from './receiver.ts';

const METRIC = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' };

/**
 * A real Cloudbell, and a rule of it that tells a receiver of callbacks, a mailbox behind an SMTP server with TLS and login, and a
 * robot that verifies signatures.
 */
export class ThreeEndpoints {
  readonly cloudbell: CloudbellProcess;
  readonly receiver: Receiver;
  readonly mail: MailServer;
  readonly robot: Robot;
  /** Of the robot, as its contact has it. */
  readonly secret = 'SECthree-endpoints-0123456789';

  private constructor(parts: { cloudbell: CloudbellProcess; receiver: Receiver; mail: MailServer; robot: Robot }) {
    this.cloudbell = parts.cloudbell;
    this.receiver = parts.receiver;
    this.mail = parts.mail;
    this.robot = parts.robot;
  }

  static async open(): Promise<ThreeEndpoints> {
    const [receiver, mail, robot] = await Promise.all([Receiver.open(), MailServer.open(), Robot.open()]);
    const authority = join(mkdtempSync(join(tmpdir(), 'cloudbell-mail-')), 'ca.pem');
    writeFileSync(authority, TEST_CERTIFICATE);
    const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-ca', authority];
    const cloudbell = await CloudbellProcess.start({
      args: ['--collect', 'off', ...smtp, '--smtp-user', SMTP_USER, '--smtp-from', 'cloudbell@ops.example'],
      env: { CLOUDBELL_SMTP_PASSWORD: SMTP_PASSWORD },
    });
    const opened = new ThreeEndpoints({ cloudbell, receiver, mail, robot });
    robot.secret = opened.secret;
    const dingtalk = { webhook: robot.webhook, secret: opened.secret };
    await opened.#put('contacts/ada', { email: 'ada@ops.example', dingtalk });
    await opened.#put('contact-groups/ops', { contacts: ['ada'] });
    const warn = {
      ...{ statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    };
    const to = { webhook: `${receiver.url}/hook`, contactGroups: ['ops'] };
    await opened.#put('rules/memory', { ...METRIC, ruleName: 'Memory', period: 1, escalations: { warn }, ...to });
    return opened;
  }

  /** A value above the threshold for each of these hosts, one after another: an alert each. */
  async fire(hosts: readonly string[], { everyMs = 0 }: { readonly everyMs?: number } = {}): Promise<void> {
    for (const instanceId of hosts) {
      const sample = { ...METRIC, dimensions: { instanceId }, timestamp: Date.now(), value: 97.39 };
      expect((await this.cloudbell.call('POST', '/api/v1/samples', [sample])).status).toBe(200);
      await pause(everyMs);
    }
  }

  /** The latest delivery of each channel, with its attempts, once there are so many deliveries, all settled. */
  async settled(count: number): Promise<Readonly<Record<ChannelName, DeliveryDetail>>> {
    for (;;) {
      const { items } = (await this.cloudbell.call('GET', '/api/v1/deliveries?limit=1000')).body;
      if (items.length === count && items.every((each: DeliveryDetail) => each.settledAt !== null)) {
        const details = ['callback', 'email', 'dingtalk'].map(async (channel) => {
          const { deliveryId } = items.find((each: DeliveryDetail) => each.channel === channel);
          return [channel, (await this.cloudbell.call('GET', `/api/v1/deliveries/${deliveryId}`)).body];
        });
        return Object.fromEntries(await Promise.all(details));
      }
      await pause(100);
    }
  }

  async close(): Promise<void> {
    await this.cloudbell.end('SIGTERM');
    await Promise.all([this.receiver.close(), this.mail.close(), this.robot.close()]);
  }

  async #put(path: string, body: object): Promise<void> {
    expect((await this.cloudbell.call('PUT', `/api/v1/${path}`, body)).status).toBe(201);
  }
}
