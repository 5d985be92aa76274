import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { DEFAULT_NAME_LIMITS, type NameLimits } from '@cloudbell/core/metric/dimension-rules.ts';
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { AcknowledgementStore } from '../ports/acknowledgement-store.ts';
import type { ContactStore } from '../ports/contact-store.ts';
import type { CourierPort } from '../ports/courier.ts';
import type { EndpointSettingsStore } from '../ports/endpoint-settings-store.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { IdentityStore } from '../ports/identity-store.ts';
import type { LogWriter } from '../ports/log-writer.ts';
import type { MetricHistory } from '../ports/metric-history.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { PromqlHistory } from '../ports/promql-history.ts';
import type { RuleStore } from '../ports/rule-store.ts';
import type { SampleIntake } from '../ports/sample-intake.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { SilenceStore } from '../ports/silence-store.ts';
import type { StoreReader } from '../ports/store-reader.ts';
import type { UserStore } from '../ports/user-store.ts';
import type { SignInLinks } from './sign-in-links.ts';

/** Everything the API stands on. Only app/ knows what is behind each. */
export interface ApiDeps {
  readonly rules: RuleStore;
  readonly silences: SilenceStore;
  readonly acknowledgements: AcknowledgementStore;
  readonly contacts: ContactStore;
  readonly endpointSettings: EndpointSettingsStore;
  readonly events: EventStore;
  readonly changes: ChangeRelay;
  readonly reader: StoreReader;
  readonly identity: IdentityStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly outbox: Pick<Outbox, 'replay' | 'replayExhausted' | 'hasten' | 'status'>;
  readonly courier: CourierPort;
  readonly writer: Pick<LogWriter, 'status'>;
  readonly ingest: SampleIntake;
  readonly history: MetricHistory & PromqlHistory;
  readonly signInLinks: SignInLinks;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: FastifyBaseLogger;
  /** Whether the deployment lets a rule call this URL. */
  readonly checkWebhook: (url: string) => Problem | null;
  readonly settings: ApiSettings;
  /** Mounted beside the API, open as they come (inbox, console): app/ puts `app.authenticate` before what needs it. */
  readonly plugins: readonly FastifyPluginAsync[];
}

/** Carries rule changes and dismissals from the store to the log. */
export interface ChangeRelay {
  /** Resolves when the change of this log outbox id is in the log; rejects with `log_unavailable`. */
  flush(changeId: number): Promise<void>;
}

/** Each is an option of the deployment. */
export interface ApiSettings {
  readonly version: string;
  /** Whose users sign in here. */
  readonly accountId: string;
  readonly bodyBytesMax: number;
  /** Of one body, once it is decompressed. */
  readonly decompressedBytesMax: number;
  readonly requestLineBytesMax: number;
  /** Of rules; samples have the same. */
  readonly nameLimits: NameLimits;
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null;
  /** People reach this deployment by https: the session cookie is never sent in the clear. */
  readonly cookieSecure: boolean;
  /** `/metrics` needs no credentials: meant for listening on loopback. */
  readonly metricsOpen: boolean;
  readonly sessionMs: number;
  /** How long an access key that was right is trusted without asking the store again. */
  readonly accessKeyTrustMs: number;
  readonly readiness: ReadinessSettings;
}

/** Beyond any of these, `/readyz` says that Cloudbell is behind. */
export interface ReadinessSettings {
  readonly foldLagMsMax: number;
  readonly backlogMax: number;
  readonly deliveryAgeMsMax: number;
  readonly eventLoopDelayMsMax: number;
  /** A room that does not answer within this is not ready. */
  readonly answerMsMax: number;
}

export const DEFAULT_API_SETTINGS: ApiSettings = {
  version: '0.0.0',
  accountId: '1000000000000001',
  bodyBytesMax: 16 * 1024 * 1024,
  decompressedBytesMax: 64 * 1024 * 1024,
  requestLineBytesMax: 64 * 1024,
  nameLimits: DEFAULT_NAME_LIMITS,
  tls: null,
  cookieSecure: false,
  metricsOpen: true,
  sessionMs: 7 * 86_400_000,
  accessKeyTrustMs: 10_000,
  readiness: {
    foldLagMsMax: 30_000,
    backlogMax: 10_000,
    deliveryAgeMsMax: 300_000,
    eventLoopDelayMsMax: 1000,
    answerMsMax: 2000,
  },
};
