import type { EndpointSettings } from '@cloudbell/core/notify/endpoint-settings.ts';
import type { NameQuery, Removal, SeenCondition } from './contact-store.ts';

export type EndpointSettingsWrite =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly settings: EndpointSettings }
  | { readonly outcome: 'overtaken'; readonly current: EndpointSettings | null }
  /** The settings of that name are for the same endpoint; null: of another account. */
  | { readonly outcome: 'taken'; readonly by: string | null }
  | { readonly outcome: 'too_many'; readonly limit: number };

/**
 * What single endpoints want otherwise than the rest (core notify/endpoint-settings.ts). An endpoint has the settings of
 * one name at most, over all accounts: it has one rate and one schedule, whoever sends to it. Their secrets are sealed at
 * rest. Commit reads them within its own transaction.
 */
export interface EndpointSettingsStore {
  /** Creates or replaces. `now` is wall clock, ms; what is equal to the stored ones keeps its times. */
  putSettings(
    settings: Omit<EndpointSettings, 'createdAt' | 'updatedAt'>,
    now: number,
    condition?: SeenCondition<EndpointSettings>,
  ): Promise<EndpointSettingsWrite>;
  removeSettings(
    account: string,
    name: string,
    condition?: SeenCondition<EndpointSettings>,
  ): Promise<Removal<EndpointSettings>>;
  settings(account: string, name: string): Promise<EndpointSettings | null>;
  settingsPage(query: NameQuery): Promise<EndpointSettings[]>;
  /** Of every account: what the courier sends by. */
  allSettings(): Promise<EndpointSettings[]>;
}
