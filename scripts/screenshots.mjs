/**
 * Takes a picture of every page of the console, with real data, into docs/console/: `node scripts/run.mjs screenshots`.
 * Runs on the pinned Node (it uses the tests' own TypeScript). Light and dark at 1120 px; what is needed in the night on a telephone
 * at 380 px too.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  ['rule-create', '/alert-rules/create'],
  ['rule-modify', '/alert-rules/rule/web-memory'],
  ['deliveries', '/deliveries'],
  ['delivery', ':delivery'],
  ['inbox', '/inbox'],
  ['contacts', '/contacts'],
  ['settings', '/settings'],
  ['settings-users', '/settings?tab=users'],
  ['settings-keys', '/settings?tab=keys'],
];
const HEIGHT_MAX = 1800;
const ON_A_TELEPHONE = new Set(['overview', 'alerts', 'alert', 'deliveries', 'delivery', 'alert-rules', 'rule-modify']);

async function fill(cloudbell, failing) {
  await cloudbell.call('PUT', '/api/v1/contacts/Ada', { email: 'ada@ops.example' });
  const robot = { webhook: `${failing.url}/robot/send?access_token=0000`, secret: 'SEC00000000000000000000' };
  await cloudbell.call('PUT', '/api/v1/contacts/night shift', { dingtalk: robot });
  await cloudbell.call('PUT', '/api/v1/contact-groups/ops', { contacts: ['Ada', 'night shift'] });
  for (const [name, role] of Object.entries({ ada: 'editor', 'night.shift': 'viewer' }))
    await cloudbell.call('PUT', `/api/v1/users/${name}`, { role, password: 'a long password' });
  await cloudbell.call('POST', '/api/v1/access-keys', { name: 'Dashboard in the hall', role: 'viewer' });
  for (const [id, rule] of Object.entries(rulesFor(`${cloudbell.url}/inbox/demo`, failing.url))) {
    const put = await cloudbell.call('PUT', `/api/v1/rules/${id}`, rule);
    if (put.status >= 300) throw new Error(JSON.stringify(put.body));
  }
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
    ':alert': `/alerts/${alerts.items[0].alertId}`,
    ':delivery': `/deliveries/${failed.items[0].deliveryId}`,
  };
  for (const [name, path] of PAGES) {
    if (only !== null && !only.has(name)) continue;
    await page.goto(`${cloudbell.url}${paths[path] ?? path}`, { waitUntil: 'load' });
    await page.waitForSelector('h1');
    await pause(name === 'overview' ? 5500 : 900);
    if (name === 'inbox') await page.locator('summary').first().click();
    await picture(page, `${name}${suffix}`);
  }
  await page.close();
}

/** As tall as the page is, up to a limit: what sticks to an edge is then at the edge of the picture. */
async function picture(page, name) {
  const { width, height } = page.viewportSize();
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(whole, height), HEIGHT_MAX) });
  await pause(150);
  await page.screenshot({ path: join(target, `${name}.png`) });
  await page.setViewportSize({ width, height });
}

async function signedIn(browser, options, cookies) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  await context.addCookies(cookies);
  return context;
}

const failing = await Receiver.open(answer(500));
const cloudbell = await CloudbellProcess.start();
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
  await fill(cloudbell, failing);
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
  await failing.close();
}
