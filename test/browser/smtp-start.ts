import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MailServer, SMTP_PASSWORD, SMTP_USER } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '@cloudbell/server/channel/http/tls-fixture.ts';

/** How a Cloudbell is started that sends its mail by this server, with TLS and a login. */
export function smtpStart(
  mail: MailServer,
  password = SMTP_PASSWORD,
): { readonly args: readonly string[]; readonly env: Record<string, string> } {
  const authority = join(mkdtempSync(join(tmpdir(), 'cloudbell-mail-')), 'ca.pem');
  writeFileSync(authority, TEST_CERTIFICATE);
  const server = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-ca', authority];
  const sender = ['--smtp-user', SMTP_USER, '--smtp-from', 'cloudbell@ops.example'];
  return { args: ['--collect', 'off', ...server, ...sender], env: { CLOUDBELL_SMTP_PASSWORD: password } };
}
