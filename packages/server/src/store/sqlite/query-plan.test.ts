import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { CHANGES_SQL } from './changes.ts';
import { CLAIM_SQL } from './claim.ts';
import { CONTACT_GROUPS_SQL, CONTACTS_SQL } from './contacts-sql.ts';
import { ENDPOINTS_SQL } from './endpoint-reads.ts';
import { ACCESS_KEYS_SQL, SESSIONS_SQL, USERS_SQL } from './identity-sql.ts';
import { LANES_SQL } from './lanes.ts';
import { LEDGER_SQL } from './ledger.ts';
import { migrate, readMigrations } from './migrate.ts';
import { OUTBOX_SQL } from './outbox.ts';
import { alertsSql, deliveriesSql, READS_SQL, transitionsSql } from './reads-sql.ts';
import { RULES_SQL } from './rules-sql.ts';
import { silencesSql } from './silence-reads.ts';
import { ACKNOWLEDGEMENTS_SQL, SILENCES_SQL } from './silences-sql.ts';

/** Every statement that meets a large table reaches its rows by an index, and lists come out in order without sorting. */
const db = new DatabaseSync(':memory:');
migrate(db, readMigrations(), 0);
afterAll(() => db.close());

function planOf(sql: string): string[] {
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => row.detail as string);
}

const page = { account: 'a', limit: 10, cursor: null };
const next = { ...page, cursor: 'x' };

test.each<[string, string, string]>([
  ['claim by due time', CLAIM_SQL.due, 'deliveries_due '],
  ['endpoints with work', CLAIM_SQL.nextEndpoint, 'deliveries_due_by_endpoint '],
  ['claim of an endpoint', CLAIM_SQL.dueOfEndpoint, 'deliveries_due_by_endpoint '],
  ['in flight at start', OUTBOX_SQL.inFlight, 'deliveries_in_flight'],
  ['next due', OUTBOX_SQL.nextDue, 'deliveries_due '],
  ['what a clock set back left far ahead', OUTBOX_SQL.pullForward, 'deliveries_due '],
  ['settle: find', OUTBOX_SQL.find, 'sqlite_autoindex_deliveries_1 '],
  ['settle: end the attempt', OUTBOX_SQL.endAttempt, 'PRIMARY KEY'],
  ['recovery of an attempt', OUTBOX_SQL.interrupt, 'PRIMARY KEY'],
  ['rules', RULES_SQL.list, 'sqlite_autoindex_rules_1 '],
  ['last version of a rule', RULES_SQL.lastVersion, 'sqlite_autoindex_rule_versions_1 '],
  ['zones', RULES_SQL.zones, 'PRIMARY KEY'],
  ['alerts', alertsSql(page), 'alerts_by_account '],
  ['alerts, next page', alertsSql(next), 'alerts_by_account '],
  ['alerts of a state', alertsSql({ ...next, state: 'ALERT' }), 'alerts_by_state '],
  ['alerts of a rule', alertsSql({ ...next, ruleId: 'r' }), 'alerts_by_rule '],
  ['an alert', READS_SQL.alert, 'sqlite_autoindex_alerts_1 '],
  ['transitions', transitionsSql(page), 'transitions_by_account '],
  ['transitions since', transitionsSql({ ...next, since: 1 }), 'transitions_by_account '],
  ['transitions of a rule', transitionsSql({ ...next, ruleId: 'r' }), 'transitions_by_rule '],
  ['transitions of an alert', transitionsSql({ ...next, alertId: 'x' }), 'transitions_by_alert '],
  ['deliveries', deliveriesSql(page), 'deliveries_by_account '],
  ['deliveries since', deliveriesSql({ ...next, since: 1 }), 'deliveries_by_account '],
  ['deliveries of a rule', deliveriesSql({ ...next, ruleId: 'r' }), 'deliveries_by_rule '],
  ['deliveries between two times', deliveriesSql({ ...next, since: 1, until: 2 }), 'deliveries_by_account '],
  ['deliveries of an alert', deliveriesSql({ ...next, alertId: 'x' }), 'deliveries_by_transition '],
  ['deliveries of an alert, by its transitions', deliveriesSql({ ...next, alertId: 'x' }), 'transitions_by_alert '],
  ['deliveries to an endpoint', deliveriesSql({ ...next, endpoints: ['e'] }), 'deliveries_by_endpoint '],
  ['pending deliveries', deliveriesSql({ ...next, state: 'pending' }), 'deliveries_unsettled '],
  ['exhausted deliveries', deliveriesSql({ ...next, state: 'exhausted' }), 'deliveries_failed '],
  ['delivered ones', deliveriesSql({ ...next, state: 'delivered' }), 'deliveries_by_account '],
  ['the oldest deliveries', LEDGER_SQL.deliveries, 'INTEGER PRIMARY KEY'],
  ['the oldest transitions', LEDGER_SQL.transitions, 'deliveries_by_transition '],
  ['attempts to forget', LEDGER_SQL.deleteAttempts, 'PRIMARY KEY'],
  ['exhausted ones to replay', OUTBOX_SQL.exhausted, 'deliveries_failed '],
  ['a planned attempt to make now', OUTBOX_SQL.hasten, 'sqlite_autoindex_deliveries_1 '],
  ['whether a lane is busy', LANES_SQL.isBusy, 'deliveries_in_lane '],
  ['the next of a lane, or of its replays', LANES_SQL.promote, 'deliveries_in_lane '],
  ['a claim, which a replay may have to wait for', OUTBOX_SQL.startSending, 'deliveries_in_lane '],
  ['a delivery', READS_SQL.delivery, 'sqlite_autoindex_deliveries_1 '],
  ['attempts', READS_SQL.attempts, 'PRIMARY KEY'],
  ['contacts of groups', CONTACTS_SQL.ofGroups, 'PRIMARY KEY'],
  ['secret of a robot', CONTACTS_SQL.robotSecret, 'contacts_by_robot'],
  ['contacts', CONTACTS_SQL.list, 'PRIMARY KEY'],
  ['groups of a contact', CONTACT_GROUPS_SQL.forgetContact, 'contact_group_members_by_contact'],
  ['silences', silencesSql({ cursor: 'x' }), 'silences_by_end '],
  ['silences in force', silencesSql({ cursor: 'x', state: 'active' }), 'silences_by_end '],
  ['silences that are over', silencesSql({ cursor: 'x', state: 'past' }), 'silences_by_end '],
  ['how many silences are open', SILENCES_SQL.countOpen, 'silences_by_end '],
  ['a silence', SILENCES_SQL.get, 'sqlite_autoindex_silences_1 '],
  ['acknowledgement of an alert', ACKNOWLEDGEMENTS_SQL.last, 'acknowledgements_by_alert '],
  ['access keys of an account', ACCESS_KEYS_SQL.list, 'access_keys_by_account '],
  ['an access key', ACCESS_KEYS_SQL.get, 'PRIMARY KEY'],
  ['users of an account', USERS_SQL.list, 'PRIMARY KEY'],
  ['other admins', USERS_SQL.otherAdmins, 'PRIMARY KEY'],
  ['a session and its user', SESSIONS_SQL.get, 'PRIMARY KEY'],
  ['sessions of a user', SESSIONS_SQL.list, 'sessions_by_user '],
  ['sessions that have expired', SESSIONS_SQL.dropExpired, 'sessions_by_expiry '],
  ['the oldest sessions of a user', SESSIONS_SQL.dropOldest, 'sessions_by_user '],
  ['a session to end', SESSIONS_SQL.end, 'sqlite_autoindex_sessions_2 '],
  ['changes of alerts', CHANGES_SQL.transitions, 'INTEGER PRIMARY KEY'],
  ['changes of rules', CHANGES_SQL.rules, 'INTEGER PRIMARY KEY'],
])('%s', (_, sql, index) => {
  const plan = planOf(sql);
  expect(plan.join('\n')).toContain(index);
  // A scan of what is in flight, or of the names that the statement was given, is short.
  expect(plan.filter((step) => /^SCAN (?!.*(deliveries_in_flight|json_each))/.test(step))).toEqual([]);
  // The ids of one transition are put in order, and what one alert caused; no other list is.
  const sorted = plan.filter((step) => step.includes('TEMP B-TREE'));
  const isShort = sql.includes('json_group_array') || sql.includes('INDEXED BY deliveries_by_transition');
  expect(sorted).toEqual(isShort ? sorted.slice(0, 1) : []);
});

test('endpoints are leapt to, and only so many of what is queued are counted', () => {
  const list = planOf(ENDPOINTS_SQL.list);
  expect(
    list.filter((step) => /^(SCAN|SEARCH) deliveries/.test(step) && !/deliveries_by_endpoint|PRIMARY KEY/.test(step)),
  ).toEqual([]);
  expect(planOf(ENDPOINTS_SQL.queues).join()).toContain('deliveries_unsettled ');
});

test('the status of the outbox counts only what is in flight', () => {
  expect(planOf(OUTBOX_SQL.status).join('\n')).toMatch(/deliveries_in_flight[\s\S]*deliveries_due /);
});
