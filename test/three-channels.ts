import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertEffect } from '@cloudbell/core/alert/effect.ts';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import { expandNotification } from '@cloudbell/core/notify/expand.ts';
import { type CourierRoom, openCourierRoom } from '@cloudbell/server/app/rooms/courier-room.ts';
import { createAddressPolicy } from '@cloudbell/server/base/address-policy.ts';
import { systemClock } from '@cloudbell/server/base/clock.ts';
import { hmacBase64, sha256Hex } from '@cloudbell/server/base/digest.ts';
import { systemRandom } from '@cloudbell/server/base/random.ts';
import { Robot } from '@cloudbell/server/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, SMTP_PASSWORD, SMTP_USER } from '@cloudbell/server/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '@cloudbell/server/channel/http/tls-fixture.ts';
import {
  ACCOUNT,
  newAlert,
  newCommitter,
  newEffect,
  newIntent,
  newRule,
} from '@cloudbell/server/ports/store-fixtures.contract.ts';
import type { DeliveryDetail } from '@cloudbell/server/ports/store-reader.ts';
import { openSqliteReader, openSqliteStore, STORE_FILE } from '@cloudbell/server/store/sqlite/store.ts';
import { Receiver } from './end-to-end/receiver.ts';

const SECRETS = { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null };
export const MAILBOX = 'ops@example.com';
const ROBOT_SECRET = 'SECtestsecret0123456789';

/**
 * A store and a courier as they run, and real endpoints of all three channels: a receiver of callbacks, an SMTP server
 * with STARTTLS and login, a robot that verifies signatures. What is missing is all that comes before a commit.
 */
export class ThreeChannels {
  readonly receiver: Receiver;
  readonly mail: MailServer;
  readonly robot: Robot;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-channels-'));
  readonly #store;
  readonly #reader;
  #room: CourierRoom | null = null;
  #commit: Awaited<ReturnType<typeof newCommitter>> | null = null;

  private constructor(endpoints: { receiver: Receiver; mail: MailServer; robot: Robot }) {
    this.receiver = endpoints.receiver;
    this.mail = endpoints.mail;
    this.robot = endpoints.robot;
    const stamps = { createdAt: 0, updatedAt: 0 };
    const dingtalk = { webhook: endpoints.robot.webhook, secret: ROBOT_SECRET };
    const contacts: Contact[] = [{ account: ACCOUNT, name: 'ops', email: MAILBOX, dingtalk, ...stamps }];
    this.#store = openSqliteStore({
      expandEvent: () => [],
      dataDir: this.#dataDir,
      limits: { rulesPerAccountMax: 10 },
      expand: (notification) =>
        expandNotification(
          notification,
          { defaultProfile: 'classic', secrets: SECRETS },
          { digest: sha256Hex, hmacBase64, contactsOf: () => contacts, callbackSettingsOf: () => null },
        ),
    });
    this.#reader = openSqliteReader({ path: join(this.#dataDir, STORE_FILE) });
  }

  static async open(): Promise<ThreeChannels> {
    const [receiver, mail, robot] = await Promise.all([Receiver.open(), MailServer.open(), Robot.open(ROBOT_SECRET)]);
    const opened = new ThreeChannels({ receiver, mail, robot });
    opened.#commit = await newCommitter(opened.#store.commits);
    opened.#room = await openCourierRoom(
      {
        secrets: SECRETS,
        callbackProfile: 'classic',
        policy: createAddressPolicy(['loopback']),
        userAgent: 'Cloudbell/0.0.0',
        answerBytesMax: 16_384,
        logLevel: 'silent',
        smtp: {
          ...{ host: 'localhost', port: mail.port, security: 'starttls', user: SMTP_USER, password: SMTP_PASSWORD },
          ...{ from: 'alerts@cloudbell.example.com', tlsCa: TEST_CERTIFICATE },
        },
        publicUrl: 'https://cloudbell.example.com',
        timeZone: 'UTC',
        lastSeen: [],
      },
      {
        clock: systemClock,
        random: systemRandom,
        outbox: opened.#store.outbox,
        endpointSettings: opened.#store.endpointSettings,
        robotSecrets: { secretOf: async (webhook) => (webhook === robot.webhook ? ROBOT_SECRET : null) },
      },
    );
    return opened;
  }

  /** Commits a notification for each of these alerts, and wakes the courier. */
  async notify(alertIds: readonly string[], to: { readonly webhook: boolean }): Promise<void> {
    const webhook = to.webhook ? `${this.receiver.url}/hook` : null;
    const rule = { ...newRule('r1', { webhook }), version: 1 };
    const effects = alertIds.map(
      (alertId): AlertEffect =>
        newEffect(alertId, { alert: newAlert(alertId), notification: newIntent({ rule, transId: `t-${alertId}` }) }),
    );
    await this.#commit?.(effects, systemClock.wallMs());
    await this.#room?.courier.wake();
  }

  /** The ledger of each delivery, in the order they were made. */
  async deliveries(): Promise<DeliveryDetail[]> {
    const { items } = await this.#reader.deliveries({ account: ACCOUNT, limit: 1000, cursor: null });
    const details = await Promise.all(items.map(({ deliveryId }) => this.#reader.delivery(ACCOUNT, deliveryId)));
    return details.filter((each) => each !== null).reverse();
  }

  async endpoint(endpoint: string) {
    const status = await this.#room?.courier.status();
    return status?.endpoints.find((each) => each.endpoint === endpoint);
  }

  async close(): Promise<void> {
    await this.#room?.close();
    await this.#reader.close();
    await this.#store.close();
    await Promise.all([this.receiver.close(), this.mail.close(), this.robot.close()]);
    rmSync(this.#dataDir, { recursive: true });
  }
}
