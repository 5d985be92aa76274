/**
 * Goal: a Cloudbell that stops is seen on the page, and one that comes back on the same port with the same data heals the
 * page by itself. Method: a real process is stopped and started again; the page is never loaded anew.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellProcess } from '../end-to-end/cloudbell-process.ts';
import { expectAccessible } from './console-page.ts';
import { describeInBrowser, OpenConsole } from './open-console.ts';

describeInBrowser('a lost connection', () => {
  let open: OpenConsole;
  let cloudbell: CloudbellProcess;

  beforeAll(async () => {
    open = await OpenConsole.signedIn();
    cloudbell = open.cloudbell;
  });
  afterAll(async () => {
    await open?.close();
    await cloudbell?.end('SIGTERM');
  });

  test('is said, with how old is what one sees, and heals when Cloudbell is back', async () => {
    const { page } = open;
    await page.getByRole('navigation').getByRole('link', { name: 'Contacts' }).click();
    await page.getByText('There is no contact yet.').waitFor();
    await page.evaluate('window.neverLoadedAnew = true');

    await cloudbell.end('SIGTERM');
    await page.getByText(/Cloudbell does not answer\. What you see is from/).waitFor();
    await expectAccessible(page, 'lost connection');
    // What was seen stays to be read.
    await page.getByText('There is no contact yet.').waitFor();

    const { host } = new URL(cloudbell.url);
    cloudbell = await CloudbellProcess.start({ dataDir: cloudbell.dataDir, listen: host });
    await cloudbell.call('PUT', '/api/v1/contacts/Ada', { email: 'ada@ops.example' });
    await page.getByText('Cloudbell does not answer.').first().waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'ada@ops.example' }).waitFor();
    expect(await page.evaluate('window.neverLoadedAnew')).toBe(true);
  });
});
