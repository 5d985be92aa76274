import type { MessagePort } from 'node:worker_threads';
import { remote } from '../base/thread.ts';
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
import type { SessionStore } from '../ports/session-store.ts';
import type { SilenceStore } from '../ports/silence-store.ts';
import type { UserStore } from '../ports/user-store.ts';
import type { Lifecycle } from './lifecycle.ts';
import { remoteLogWriter } from './log-messages.ts';
import type { CourierSettings } from './rooms/courier-room.ts';
import type { HistorySettings } from './rooms/history-room.ts';
import type { LogSettings } from './rooms/log-room.ts';
import type { StoreSettings } from './rooms/store-room.ts';
import { road, startThread } from './thread-host.ts';

/** The four rooms that have a thread of their own, as the main thread sees them. */
export interface Rooms {
  readonly rules: RuleStore;
  readonly silences: SilenceStore;
  readonly acknowledgements: AcknowledgementStore;
  readonly contacts: ContactStore;
  readonly endpointSettings: EndpointSettingsStore;
  readonly events: EventStore;
  readonly identity: IdentityStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly outbox: Outbox;
  readonly writer: LogWriter;
  readonly courier: CourierPort;
  readonly history: MetricHistory & PromqlHistory;
  /** The courier opens last: it must know where this deployment's own inbox listens. */
  openCourier(settings: CourierSettings): Promise<void>;
}

/**
 * Starts store, log, history and courier, in this order, and lays the roads between them: log → store (commits), courier →
 * store (outbox, secrets of robots, endpoint settings), log → courier (wake), history → log (what it still needs of it). A room that dies ends the process: see {@link ./thread-host.ts}.
 */
export async function startRooms(
  settings: { readonly store: StoreSettings; readonly log: LogSettings; readonly history: HistorySettings },
  lifecycle: Lifecycle,
  onDeath: (error: Error) => void,
): Promise<Rooms> {
  const roads = storeRoads();
  const [writer, courier, logCourier, retention] = [road(), road(), road(), road()];

  const store = startThread<StoreSettings>({
    file: new URL('./threads/store-thread.ts', import.meta.url),
    ports: Object.fromEntries(Object.entries(roads).map(([name, { a }]) => [name, a])),
    onDeath,
  });
  lifecycle.onStop('store', store.stop);
  const log = startThread<LogSettings>({
    file: new URL('./threads/log-thread.ts', import.meta.url),
    ports: { writer: writer.a, retention: retention.a, commits: roads.commits.b, courier: logCourier.b },
    onDeath,
  });
  const courierThread = startThread<CourierSettings>({
    file: new URL('./threads/courier-thread.ts', import.meta.url),
    ports: {
      courier: courier.a,
      logCourier: logCourier.a,
      outbox: roads.courierOutbox.b,
      robotSecrets: roads.robotSecrets.b,
      endpointSettings: roads.courierSettings.b,
    },
    onDeath,
  });
  const history = startHistory(retention.b, onDeath);
  // Stopping is the other way round: the log first, so that what it commits last is still sent, and in history.
  lifecycle.onStop('courier', courierThread.stop);
  lifecycle.onStop('history', history.thread.stop);
  lifecycle.onStop('log', log.stop);
  // The threads load their code side by side; what they open depends on one another.
  await store.control.open(settings.store);
  await log.control.open(settings.log);
  await history.thread.control.open(settings.history);

  return {
    rules: remote<RuleStore>(roads.rules.b),
    silences: remote<SilenceStore>(roads.silences.b),
    acknowledgements: remote<AcknowledgementStore>(roads.acknowledgements.b),
    contacts: remote<ContactStore>(roads.contacts.b),
    endpointSettings: remote<EndpointSettingsStore>(roads.endpointSettings.b),
    events: remote<EventStore>(roads.events.b),
    identity: remote<IdentityStore>(roads.identity.b),
    users: remote<UserStore>(roads.users.b),
    sessions: remote<SessionStore>(roads.sessions.b),
    outbox: remote<Outbox>(roads.outbox.b),
    writer: remoteLogWriter(writer.b),
    courier: remote<CourierPort>(courier.b),
    history: history.port,
    openCourier: courierThread.control.open,
  };
}

/** Every way into the store: one for each port, and for each room that asks. */
const storeRoads = () => ({
  rules: road(),
  identity: road(),
  users: road(),
  sessions: road(),
  outbox: road(),
  commits: road(),
  courierOutbox: road(),
  robotSecrets: road(),
  endpointSettings: road(),
  courierSettings: road(),
  silences: road(),
  acknowledgements: road(),
  contacts: road(),
  events: road(),
});

function startHistory(retention: MessagePort, onDeath: (error: Error) => void) {
  const { a, b } = road();
  const thread = startThread<HistorySettings>({
    file: new URL('./threads/history-thread.ts', import.meta.url),
    ports: { history: a, retention },
    onDeath,
  });
  return { thread, port: remote<MetricHistory & PromqlHistory>(b) };
}
