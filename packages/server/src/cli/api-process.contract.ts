import type { AddressInfo } from 'node:net';
import type { Contact } from '@cloudbell/core/notify/contact.ts';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { type Fixture, KEY, openFixture, RULE } from '../api/api-fixture.contract.ts';
import type { Settlement } from '../ports/outbox.ts';
import { ACCOUNT } from '../ports/store-fixtures.contract.ts';
import { runCli } from './cli.ts';
import { recordingTerminal } from './recording-terminal.ts';
import type { Terminal } from './terminal.ts';

/** The API over the real store, listening, and commands that speak to it. */
export interface ApiProcess {
  readonly api: Fixture;
  /** `changes.env` is added to what names the server. */
  readonly run: (
    argv: readonly string[],
    changes?: Partial<Terminal>,
  ) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** Items as the API lists them, of `rules`, `contacts` … */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
  readonly list: (kind: string) => Promise<any[]>;
  readonly ids: (kind: string) => Promise<string[]>;
  /** As stored, its secret included. */
  readonly contact: (name: string) => Promise<Contact | null>;
  readonly putRule: (ruleId: string, fields?: object) => Promise<void>;
  /** Claims the one delivery that is due at `now` and ends its attempt. */
  readonly settle: (end: (claimed: ClaimedDelivery | undefined) => Settlement, now: number) => Promise<void>;
  /** Deletes whatever files can hold. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const KINDS = ['event-rules', 'rules', 'endpoint-settings', 'contact-groups', 'contacts'];

export async function openApiProcess(): Promise<ApiProcess> {
  const api = await openFixture();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const list: ApiProcess['list'] = async (kind) => (await api.ask({ url: `/api/v1/${kind}?limit=1000` })).json().items;
  const ids: ApiProcess['ids'] = async (kind) => (await list(kind)).map((item) => item.ruleId ?? item.name);
  return {
    api,
    list,
    ids,
    run: async (argv, changes = {}) => {
      const env = {
        CLOUDBELL_SERVER: `http://127.0.0.1:${port}`,
        CLOUDBELL_ACCESS_KEY_ID: KEY.id,
        CLOUDBELL_ACCESS_KEY_SECRET: KEY.secret,
        ...changes.env,
      };
      const now = () => api.clock.wallMs();
      const terminal = recordingTerminal(argv, { now, ...changes, env });
      return { code: await runCli(terminal), ...terminal.said };
    },
    putRule: async (ruleId, fields = {}) => {
      await api.ask({ method: 'PUT', url: `/api/v1/rules/${ruleId}`, body: { ...RULE, ...fields } });
    },
    settle: async (end, now) => {
      const [claimed] = await api.store.outbox.claim({ now, limit: 1, room: {}, defaultRoom: 1 });
      await api.store.outbox.settle([end(claimed)]);
    },
    contact: (name) => api.store.contacts.contact(ACCOUNT, name),
    clear: async () => {
      for (const kind of KINDS)
        for (const id of await ids(kind))
          await api.ask({ method: 'DELETE', url: `/api/v1/${kind}/${encodeURIComponent(id)}` });
    },
    close: () => api.close(),
  };
}
