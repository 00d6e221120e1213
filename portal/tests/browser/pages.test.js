// Every kind of public page, light and dark, narrow and wide: accessible, within its width, asking nobody else.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, BASE, launch, looks, open, picture, visit } from './support.js';

const PAGES = {
  home: '/',
  docs: '/docs',
  guide: '/docs/getting-started',
  'guide-errors': '/docs/errors',
  'guide-limits': '/docs/limits',
  'quickstart-curl': '/docs/quickstart',
  'quickstart-rust': '/docs/quickstart?lang=rust',
  problem: '/docs/errors/rate-limited',
  events: '/docs/events',
  event: '/docs/events/item.sold',
  reference: '/reference',
  tag: '/reference/keys',
  operation: '/reference/createKey',
  'operation-list': '/reference/listItems',
  schema: '/reference/schemas/CreateKey',
  'schema-enum': '/reference/schemas/Scope',
  signup: '/signup',
  login: '/login',
  'login-after-reset': '/login?reset',
  'forgot-password': '/forgot-password',
  'forgot-password-sent': '/forgot-password?sent',
  'verify-email': '/verify-email/gpm_Zm9yLXRlc3RzLW9ubHktbm90LWEtdG9rZW4tYXQtYQ',
  'reset-password': '/reset-password/gpm_Zm9yLXRlc3RzLW9ubHktbm90LWEtdG9rZW4tYXQtYQ',
  missing: '/no-such-page',
};

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

for (const look of looks()) {
  const { colorScheme, viewport } = look;
  test(`public pages are accessible and fit: ${colorScheme}, ${viewport.width} px`, async () => {
    const { context, page, sins } = await open(browser, look);
    for (const [name, address] of Object.entries(PAGES)) {
      await visit(page, address);
      await picture(page, `${name}-${colorScheme}-${viewport.width}`);
      assert.deepEqual(sins, [], name);
      await assertFits(page, `${name} at ${viewport.width}`);
      await assertAccessible(page, `${name} ${colorScheme} ${viewport.width}`);
    }
    await context.close();
  });
}

test('every page of the reference can be read without a script', async () => {
  const { context, page } = await open(browser, { javaScriptEnabled: false });
  await visit(page, '/reference/createItem');
  for (const words of ['Offer an item', 'write:items', 'Idempotency-Key', 'price', 'curl ']) {
    assert.ok((await page.textContent('main')).includes(words), words);
  }
  assert.equal(await page.locator('button.copy:visible').count(), 0, 'no button without a use');
  await context.close();
});

test('the copy button copies the sample that is shown', async () => {
  const { context, page } = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await visit(page, '/reference/createItem');
  await page.getByRole('radio', { name: 'Python' }).check();
  const panel = page.locator('.panel.python');
  await panel.getByRole('button', { name: 'Copy' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await panel.locator('code').textContent());
  await visit(page, '/reference/getItem');
  assert.ok(await page.locator('.panel.python').isVisible(), 'the language is remembered');
  await context.close();
});

test('the keyboard reaches the content, the navigation and the form', async () => {
  const { context, page } = await open(browser);
  await visit(page, '/login');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'email');
  await context.close();
});

test('a deep link shows its heading', async () => {
  const { context, page } = await open(browser, { viewport: { width: 1350, height: 900 } });
  await visit(page, '/reference#schemas');
  assert.ok(await page.locator('#schemas').evaluate((heading) => heading.getBoundingClientRect().top >= 0 && heading.getBoundingClientRect().top < innerHeight));
  await context.close();
});

test('every internal link of the public pages leads somewhere', async () => {
  const { context, page } = await open(browser);
  const seen = new Set();
  for (const address of Object.values(PAGES).filter((address) => address !== '/no-such-page')) {
    await visit(page, address);
    for (const href of await page.locator('a[href^="/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) seen.add(href.split('#')[0]);
  }
  for (const href of seen) {
    const answer = await fetch(BASE + href, { redirect: 'manual' });
    assert.ok([200, 303].includes(answer.status), `${href} answers ${answer.status}`);
  }
  await context.close();
});
