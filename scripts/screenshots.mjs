/**
 * Takes a picture of every page of the console, with real data, into docs/console/: `node scripts/run.mjs screenshots`.
 * Runs on the pinned Node (it uses the tests' own TypeScript). Light and dark at 1120 px; what is needed in the night on a telephone
 * at 380 px too; and as pages are while there is nothing yet.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Robot } from '../packages/server/src/channel/dingtalk/robot-fixture.contract.ts';
import { MailServer, SMTP_PASSWORD, SMTP_USER } from '../packages/server/src/channel/email/smtp-fixture.contract.ts';
import { TEST_CERTIFICATE } from '../packages/server/src/channel/http/tls-fixture.ts';
import { launchBrowser } from '../test/browser/chromium.ts';
import { signInLink } from '../test/browser/sign-in-link.ts';
import { CloudbellProcess, pause } from '../test/end-to-end/cloudbell-process.ts';
import { answer, Receiver } from '../test/end-to-end/receiver.ts';

const target = process.argv[2] ?? fileURLToPath(new URL('../docs/console', import.meta.url));
mkdirSync(target, { recursive: true });

const level = (threshold, times = 1) => ({
  statistics: 'Average',
  comparisonOperator: 'GreaterThanOrEqualToThreshold',
  threshold,
  times,
});
const ROBOT_SECRET = 'SECscreenshots-0123456789abcdef0';
const down = 'http://127.0.0.1:9/alert';
const HOSTS = ['web-1', 'web-2', 'db-1', 'cache-1'];
const MEMORY = { namespace: 'acs_ecs', metricName: 'Host.mem.usedutilization' };

const rulesFor = (inbox, failing) => ({
  'web-memory': {
    ruleName: 'Basic monitoring-ECS-memory usage',
    ...MEMORY,
    period: 1,
    escalations: { critical: level(97), warn: level(90), info: level(80) },
    webhook: inbox,
    silenceTime: 300,
    contactGroups: ['ops'],
    labels: { team: 'web' },
  },
  'db-disk': {
    ruleName: 'Disk of the database is filling',
    namespace: 'acs_ecs',
    metricName: 'Host.disk.utilization',
    resources: [{ instanceId: 'i-db-1' }],
    period: 1,
    escalations: { critical: level(95) },
    webhook: down,
  },
  'shop-latency': {
    ruleName: 'Checkout answers slowly <b>p95</b>',
    namespace: 'acs_custom_shop',
    metricName: 'checkout.latency',
    period: 1,
    escalations: { warn: level(800), info: level(500) },
    webhook: failing,
    effectiveInterval: '08:00-21:59',
  },
  'queue-length': {
    ruleName: 'Queue length',
    namespace: 'acs_custom_shop',
    metricName: 'queue.length',
    period: 60,
    escalations: { warn: level(1000, 3) },
    noDataPolicy: 'INSUFFICIENT_DATA',
    enabled: false,
  },
});

const sample = (metric, instance, value) => ({
  ...metric,
  dimensions: { userId: '1000000000000001', instanceId: `i-${instance}` },
  instanceName: instance,
  value,
});

function samplesAt(second) {
  const load = (base, swing) => Math.round((base + swing * Math.sin(second / 3)) * 100) / 100;
  return [
    ...HOSTS.map((host, index) => sample(MEMORY, host, load([98.2, 91.5, 62, 85][index], 1.2))),
    sample({ namespace: 'acs_ecs', metricName: 'Host.disk.utilization' }, 'db-1', 96.4),
    sample({ namespace: 'acs_custom_shop', metricName: 'checkout.latency' }, 'shop', second < 8 ? 620 : 905),
  ];
}

const PAGES = [
  ['overview', '/'],
  ['alerts', '/alerts'],
  ['alerts-history', '/alerts?tab=history'],
  ['alert', ':alert'],
  ['alert-rules', '/alert-rules'],
  ['alert-rules-event', '/alert-rules?tab=event'],
  ['event-rule', '/alert-rules/event/rule/instance-failures'],
  ['events', '/events'],
  ['silences', '/silences'],
  ['rule-create', '/alert-rules/create'],
  ['rule-modify', '/alert-rules/rule/web-memory'],
  ['deliveries', '/deliveries'],
  ['delivery', ':delivery'],
  ['endpoints', '/endpoints'],
  ['inbox', '/inbox'],
  ['contacts', '/contacts'],
  ['settings', '/settings'],
  ['settings-users', '/settings?tab=users'],
  ['settings-keys', '/settings?tab=keys'],
];
const HEIGHT_MAX = 1800;
/** What these say to do next, while there is nothing yet. */
const SHOWN_EMPTY = new Set([
  ...['overview', 'alerts', 'alert-rules', 'alert-rules-event', 'events', 'silences'],
  ...['deliveries', 'endpoints', 'inbox', 'contacts', 'settings-users'],
]);
const ON_A_TELEPHONE = new Set(['overview', 'alerts', 'alert', 'deliveries', 'delivery', 'alert-rules', 'rule-modify']);

/** Mail arrives, one robot takes what it is sent, another was given away. */
async function fillContacts(ask, { robot, revoked }) {
  await ask('PUT', '/api/v1/contacts/Ada', { email: 'ada@ops.example' });
  await ask('PUT', '/api/v1/contacts/night shift', { dingtalk: { webhook: robot.webhook, secret: ROBOT_SECRET } });
  await ask('PUT', '/api/v1/contacts/old chat', { dingtalk: { webhook: revoked.webhook, secret: ROBOT_SECRET } });
  await ask('PUT', '/api/v1/contact-groups/ops', { contacts: ['Ada', 'night shift'] });
  await ask('PUT', '/api/v1/contact-groups/hosts', { contacts: ['Ada', 'old chat'] });
  await ask('PUT', '/api/v1/endpoint-settings/gateway', {
    ...{ endpoint: down, retryFor: 86_400, rateLimit: { attempts: 10, period: 1 }, headers: { 'X-Team': 'web' } },
    auth: { type: 'bearer', token: 'screenshots-0123456789' },
  });
}

async function fillEvents(ask) {
  const names = ['Instance:SystemFailure.*', 'Instance:SystemMaintenance.*'];
  const hosts = {
    ruleName: 'Failures of instances',
    product: 'ECS',
    names,
    contactGroups: ['hosts'],
    silenceTime: 300,
  };
  await ask('PUT', '/api/v1/event-rules/instance-failures', { ...hosts, levels: ['CRITICAL', 'WARN'] });
  const shop = { ruleName: 'Deployments of the shop', product: 'shop', types: ['deployment'], contactGroups: ['web'] };
  await ask('PUT', '/api/v1/event-rules/deployments', { ...shop, keyword: 'rollback' });
  const event = (name, level, more) => ({ product: 'ECS', type: 'StatusNotification', level, name, ...more });
  await ask('POST', '/api/v1/events', [
    event('Instance:StateChange', 'INFO', { status: 'Normal', resourceId: 'i-web-2', content: 'Running' }),
    event('Instance:SystemFailure.Reboot', 'CRITICAL', {
      ...{ status: 'Executed', resourceId: 'i-db-1', instanceName: 'db-1' },
      content: { reason: 'hardware failure', host: 'rack 12', actionTime: '2026-08-01T10:12:00Z' },
    }),
    {
      product: 'shop',
      type: 'deployment',
      level: 'WARN',
      name: 'release 41',
      status: 'failed',
      content: 'rollback to 40',
    },
  ]);
}

async function fillSilences(ask) {
  const hour = 3_600_000;
  const silence = (by, more) => ask('POST', '/api/v1/silences', { by, until: Date.now() + hour, ...more });
  await silence({ dimensions: { instanceId: 'i-cache-1' } }, { why: 'moving to a larger machine' });
  const tonight = { from: Date.now() + 6 * hour, until: Date.now() + 8 * hour, why: 'the nightly load test' };
  await silence({ ruleId: 'shop-latency' }, tonight);
}

async function fill(cloudbell, { failing, ...robots }) {
  const ask = async (method, path, body) => {
    const answer = await cloudbell.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${path} ${JSON.stringify(answer.body)}`);
  };
  for (const [name, role] of Object.entries({ ada: 'editor', 'night.shift': 'viewer' }))
    await ask('PUT', `/api/v1/users/${name}`, { role, password: 'a long password' });
  await ask('POST', '/api/v1/access-keys', { name: 'Dashboard in the hall', role: 'viewer' });
  await fillContacts(ask, robots);
  for (const [id, rule] of Object.entries(rulesFor(`${cloudbell.url}/inbox/demo`, failing.url)))
    await ask('PUT', `/api/v1/rules/${id}`, rule);
  await fillEvents(ask);
  await fillSilences(ask);
  for (let second = 0; second < 45; second++) {
    await cloudbell.call('POST', '/api/v1/samples', samplesAt(second));
    await pause(1000);
  }
}

async function shoot(context, cloudbell, suffix, only) {
  const page = await context.newPage();
  const { body: alerts } = await cloudbell.call('GET', '/api/v1/alerts?state=ALERT&ruleId=web-memory');
  const { body: failed } = await cloudbell.call('GET', '/api/v1/deliveries?ruleId=db-disk');
  const paths = {
    ':alert': `/alerts/${(alerts.items.find((alert) => alert.level === 'CRITICAL') ?? alerts.items[0]).alertId}`,
    ':delivery': `/deliveries/${failed.items[0].deliveryId}`,
  };
  for (const [name, path] of PAGES) {
    if (only !== null && !only.has(name)) continue;
    await page.goto(`${cloudbell.url}${paths[path] ?? path}`, { waitUntil: 'load' });
    await page.waitForSelector('h1');
    await pause(name === 'overview' ? 5500 : 900);
    if (name === 'inbox') await page.locator('summary').first().click();
    if (name === 'events') await page.locator('summary').nth(1).click();
    if (name === 'events') await pause(700);
    await picture(page, `${name}${suffix}`);
  }
  await page.close();
}

async function shootEmpty(page, cloudbell) {
  for (const [name, path] of PAGES.filter(([name]) => SHOWN_EMPTY.has(name))) {
    await page.goto(`${cloudbell.url}${path}`, { waitUntil: 'load' });
    await page.waitForSelector('h1');
    await pause(900);
    await picture(page, `empty-${name}`);
  }
}

/** As tall as the page is, up to a limit: what sticks to an edge is then at the edge of the picture. */
async function picture(page, name) {
  const { width, height } = page.viewportSize();
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(whole, height), HEIGHT_MAX) });
  await pause(500);
  await page.screenshot({ path: join(target, `${name}.png`) });
  await page.setViewportSize({ width, height });
}

async function signedIn(browser, options, cookies) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  await context.addCookies(cookies);
  return context;
}

const failing = await Receiver.open(answer(500));
const [mail, robot, revoked] = await Promise.all([
  MailServer.open(),
  Robot.open(ROBOT_SECRET),
  Robot.open(ROBOT_SECRET),
]);
revoked.answer = () => ({ errcode: 300005, errmsg: 'token is not exist' });
const authority = join(mkdtempSync(join(tmpdir(), 'cloudbell-mail-')), 'ca.pem');
writeFileSync(authority, TEST_CERTIFICATE);
const smtp = ['--smtp-host', 'localhost', '--smtp-port', String(mail.port), '--smtp-ca', authority];
const cloudbell = await CloudbellProcess.start({
  args: ['--collect', 'off', ...smtp, '--smtp-user', SMTP_USER, '--smtp-from', 'cloudbell@ops.example'],
  env: { CLOUDBELL_SMTP_PASSWORD: SMTP_PASSWORD },
});
const browser = await launchBrowser();
let pushing;
try {
  const first = await browser.newContext({ viewport: { width: 1120, height: 720 }, colorScheme: 'light' });
  const page = await first.newPage();
  await page.goto(cloudbell.url);
  await page.waitForSelector('h1');
  await picture(page, 'signed-out');
  await page.goto(signInLink(cloudbell));
  const cookies = await first.cookies();
  await shootEmpty(page, cloudbell);
  await fill(cloudbell, { failing, robot, revoked });
  pushing = setInterval(() => void cloudbell.call('POST', '/api/v1/samples', samplesAt(50)), 1000);
  const wide = { viewport: { width: 1120, height: 720 } };
  const narrow = { viewport: { width: 380, height: 780 } };
  await shoot(await signedIn(browser, { ...wide, colorScheme: 'light' }, cookies), cloudbell, '', null);
  await shoot(await signedIn(browser, { ...wide, colorScheme: 'dark' }, cookies), cloudbell, '-dark', null);
  await shoot(await signedIn(browser, { ...narrow, colorScheme: 'dark' }, cookies), cloudbell, '-380', ON_A_TELEPHONE);
} finally {
  clearInterval(pushing);
  await browser.close();
  await cloudbell.end('SIGTERM');
  await Promise.all([failing.close(), mail.close(), robot.close(), revoked.close()]);
}
