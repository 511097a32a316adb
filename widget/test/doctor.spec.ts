// The doctor: #schalter-check behind the address of a town's page names what is in the way, with the line that mends it.

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { launchFirefox, waitForText } from './support/firefox.ts';
import {
  element,
  expectBoard,
  farewell,
  type Ground,
  startGround,
  type TownPage,
  tag,
  type Visitor,
  visitor,
} from './support/town.ts';

let ground: Ground;

test.beforeAll(async () => {
  ground = await startGround();
});
test.afterAll(() => ground?.stop());

const csp = (policy: string) => ({ 'Content-Security-Policy': policy });
const S = (text: string) => text.replace(/\bS\b/g, ground.program.public);

const report = (page: Page) => page.getByRole('region', { name: /^(Schalter-Prüfung|Schalter check)/ });

/** Opens a page with the doctor and waits for the report. */
async function examine(page: TownPage, town = ground.town): Promise<Visitor> {
  const seen = await visitor(ground);
  await seen.page.goto(`${town.page(page)}#schalter-check`);
  await reported(seen.page);
  return seen;
}

async function reported(page: Page): Promise<void> {
  await expect(report(page).getByRole('listitem').first()).toBeVisible({ timeout: 20_000 });
}

/** What stands first, and the lines to copy with it. */
async function first(page: Page): Promise<{ text: string; lines: string[] }> {
  const item = report(page).getByRole('listitem').first();
  const lines = await item.getByRole('textbox').all();
  return {
    text: ((await item.locator('p').textContent()) ?? '').trim(),
    lines: await Promise.all(lines.map((line) => line.inputValue())),
  };
}

async function verdict(page: Page): Promise<string> {
  return (await report(page).getByRole('status').first().textContent()) ?? '';
}

const strict = "default-src 'self'; script-src S; style-src 'self'";

const broken: [name: string, page: TownPage, says: RegExp, line: string][] = [
  [
    'a CSP that forbids our frame and says so nowhere',
    { headers: csp(strict) },
    /Content-Security-Policy Ihrer Seite verbietet unseren Rahmen\. Es fehlt: frame-src http/,
    `Content-Security-Policy: ${strict}; frame-src 'self' S; connect-src 'self' S`,
  ],
  [
    'a CSP in a meta element',
    { head: `<meta http-equiv="Content-Security-Policy" content="frame-src 'none'">` },
    /verbietet unseren Rahmen/,
    '<meta http-equiv="Content-Security-Policy" content="frame-src S">',
  ],
  [
    'Trusted Types besides',
    { headers: csp("frame-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'") },
    /verbietet unseren Rahmen/,
    "Content-Security-Policy: frame-src 'self' S; require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'",
  ],
  [
    'a detour of the status',
    { headers: csp("connect-src 'self'") },
    /Hinweis: Der Status kommt über einen Umweg/,
    "Content-Security-Policy: connect-src 'self' S",
  ],
  [
    'camera=()',
    { headers: { 'Permissions-Policy': 'camera=(), geolocation=()' } },
    /Permissions-Policy Ihrer Seite sperrt: camera\./,
    'Permissions-Policy: camera=(self "S"), geolocation=()',
  ],
  [
    'us without self',
    { headers: { 'Permissions-Policy': 'camera=("S"), microphone=("S")' } },
    /sperrt: camera, microphone\..*self ist dabei nötig/,
    'Permissions-Policy: camera=(self "S"), microphone=(self "S")',
  ],
  [
    'no screen sharing',
    { headers: { 'Permissions-Policy': 'display-capture=(self)' } },
    /Hinweis:.*sperrt: display-capture/,
    'Permissions-Policy: display-capture=(self "S")',
  ],
  [
    'a sandbox',
    { headers: csp('sandbox allow-scripts') },
    /CSP-Angabe sandbox/,
    'Content-Security-Policy: sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox',
  ],
  [
    'the script in the head and no element',
    { head: tag, body: '<h1>Rathaus</h1>' },
    /findet keinen Platz für die Tafel/,
    '<schalter-board><a href="S/musterstadt">Virtuelles Bürgerbüro öffnen</a></schalter-board>',
  ],
];

for (const [name, page, says, line] of broken)
  test(name, async () => {
    const seen = await examine(page);
    const { text, lines } = await first(seen.page);
    expect(text).toMatch(says);
    expect(lines).toContain(S(line));
    await farewell(seen);
  });

const unseen: [name: string, page: TownPage, says: RegExp][] = [
  [
    'display:none',
    { body: `<div id="menu" style="display:none">${element}</div>${tag}` },
    /nicht zu sehen \(div#menu\)/,
  ],
  [
    'a narrow column',
    { body: `<aside class="rand" style="width:40px">${element}</aside>${tag}` },
    /zu schmal.*\(aside\.rand\)/,
  ],
  [
    'a clipping box',
    { body: `<div id="kasten" style="height:30px;overflow:hidden">${element}</div>${tag}` },
    /abgeschnitten.*\(div#kasten\)/,
  ],
  [
    'a cookie banner over it',
    { body: `${element}${tag}<div id="cookies" style="position:fixed;inset:0;background:#0008;z-index:9"></div>` },
    /verdeckt.*\(div#cookies\)/,
  ],
];

for (const [name, page, says] of unseen)
  test(`a board that nobody sees: ${name}`, async () => {
    const seen = await visitor(ground);
    await seen.page.goto(`${ground.town.page(page)}#schalter-check`);
    await expect(report(seen.page).getByText(says)).toBeAttached({ timeout: 20_000 });
    await farewell(seen);
  });

test('a page that is not in the list', async () => {
  const seen = await examine({}, ground.stranger);
  const { text, lines } = await first(seen.page);
  expect(text).toContain(`Die Adresse ${ground.stranger.origin} steht nicht in der Liste Ihrer Behörde.`);
  expect(lines).toEqual([ground.stranger.origin]);
  await farewell(seen);
});

test('a page that is not in the list and may not connect to us either', async () => {
  const seen = await examine({ headers: csp("connect-src 'self'") }, ground.stranger);
  expect((await first(seen.page)).text).toContain('steht nicht in der Liste Ihrer Behörde');
  await expect(report(seen.page).getByText(/über einen Umweg/)).toBeVisible();
  await farewell(seen);
});

test('a plain http page', async () => {
  const seen = await visitor(ground);
  const address = ground.town.page({}).replace(ground.town.origin, ground.town.insecure);
  await seen.page.goto(`${address}#schalter-check`);
  await reported(seen.page);
  const { text, lines } = await first(seen.page);
  expect(text).toContain('Diese Seite läuft ohne https.');
  expect(lines[0]).toBe(address.replace('http:', 'https:'));
  // No clipboard here: it is copied all the same, or selected.
  await report(seen.page).getByRole('button', { name: 'Kopieren: Adresse' }).click();
  await expect(report(seen.page).getByText(/^Kopiert\.|Strg\+C/)).toBeVisible();
  await farewell(seen);
});

test('a service that cannot be reached any more', async () => {
  const seen = await visitor(ground);
  for (const path of ['**/check.js*', '**/relay']) await seen.context.route(path, (route) => route.abort());
  await seen.page.goto(`${ground.town.page({})}#schalter-check`);
  await reported(seen.page);
  expect((await first(seen.page)).text).toContain(`Der Dienst ${ground.program.public} antwortet nicht.`);
  await seen.context.close();
});

test('COEP, and a server in between that drops our headers', async () => {
  const seen = await visitor(ground);
  await seen.context.route('**/relay', async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    delete headers['cross-origin-embedder-policy'];
    await route.fulfill({ response, headers });
  });
  await seen.page.goto(
    `${ground.town.page({ headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' } })}#schalter-check`,
  );
  await reported(seen.page);
  const { text, lines } = await first(seen.page);
  expect(text).toContain('Ihre Seite verlangt Cross-Origin-Embedder-Policy: require-corp.');
  expect(lines).toEqual(['Cross-Origin-Embedder-Policy: require-corp\nCross-Origin-Resource-Policy: cross-origin']);
  await farewell(seen);
});

test('a camera that this person has blocked', async () => {
  const seen = await visitor(ground, { permissions: ['geolocation'] }); // all others are denied
  await seen.page.goto(`${ground.town.page({})}#schalter-check`);
  await reported(seen.page);
  expect((await first(seen.page)).text).toContain(
    'Sie haben Kamera oder Mikrofon für diese Seite in Ihrem Browser gesperrt.',
  );
  await farewell(seen);
});

test('a browser that stores nothing', async () => {
  const seen = await visitor(ground);
  await seen.context.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await seen.page.goto(`${ground.town.page({})}#schalter-check`);
  await reported(seen.page);
  expect((await first(seen.page)).text).toContain('Dieser Browser speichert für diese Seite nichts.');
  await farewell(seen);
});

test('the preview of a CMS, in a sandboxed frame', async () => {
  const inner = `${ground.town.page({})}#schalter-check`;
  const seen = await visitor(ground);
  await seen.page.goto(
    ground.town.page({ body: `<iframe sandbox="allow-scripts" src="${inner}" width="900" height="700"></iframe>` }),
  );
  const text = seen.page.frameLocator('iframe').getByText(/Vorschau im Sandkasten Ihres Redaktionssystems/);
  await expect(text).toBeVisible({ timeout: 20_000 });
  await seen.context.close();
});

test('an office that does not exist, and no link for those without scripts', async () => {
  const seen = await examine({ body: `<schalter-board data-office="hauptamt standesamt"></schalter-board>${tag}` });
  await expectBoard(seen.page, ['Hauptamt']);
  await expect(report(seen.page).getByText(/das es nicht gibt: standesamt\./)).toBeVisible();
  await expect(report(seen.page).getByText(/fehlt der Link, der bleibt/)).toBeVisible();
  await farewell(seen);
});

test('a healthy page: all is well, and what was checked', async () => {
  const seen = await examine({
    headers: {
      ...csp("default-src 'self'; script-src S; frame-src S; connect-src S 'self'; style-src 'self'"),
      'Permissions-Policy': 'camera=(self "S"), microphone=(self "S")',
    },
  });
  expect(await verdict(seen.page)).toBe('Alles in Ordnung. Geprüft wurden 6 Punkte.');
  await expect(report(seen.page).getByRole('listitem')).toHaveCount(6);
  await expectBoard(seen.page);
  // Whoever can't see finds it: the focus is on the title.
  await expect(report(seen.page).getByRole('heading', { name: 'Schalter-Prüfung dieser Seite' })).toBeFocused();
  const { violations } = await new AxeBuilder({ page: seen.page }).include('schalter-board').analyze();
  expect(violations.map((v) => v.id)).toEqual([]);
  await farewell(seen);
});

test('on an English page it speaks English', async () => {
  const seen = await examine({ html: 'lang="en"', headers: csp("frame-src 'self'") });
  expect((await first(seen.page)).text).toMatch(
    /^In the way: The Content-Security-Policy of your page forbids our frame/,
  );
  await farewell(seen);
});

test('by keyboard: copy a line, check again, close', async () => {
  const seen = await examine({ headers: csp("frame-src 'self'") });
  const { page } = seen;
  await page.keyboard.press('Tab');
  await expect(report(page).getByRole('textbox').first()).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(report(page).getByText('Kopiert.')).toBeVisible();
  await report(page).getByRole('button', { name: 'Noch einmal prüfen' }).press('Enter');
  await reported(page);
  await report(page).getByRole('button', { name: 'Prüfung schließen' }).press('Enter');
  await expect(report(page)).toHaveCount(0);
  expect(page.url()).not.toContain('#');
  await farewell(seen);
});

test('without a script the link leads to our page, which explains', async () => {
  const seen = await visitor(ground);
  await seen.page.goto(`${ground.program.public}/musterstadt#schalter-check`);
  await reported(seen.page);
  const { text, lines } = await first(seen.page);
  expect(text).toContain('Das ist die eigene Seite des Schalters.');
  expect(lines[0]).toBe(S('script-src S'));
  expect(lines[1]).toBe(S('<script async src="S/b/musterstadt.js"></script>'));
  expect(lines[2]).toContain('allow="camera; microphone;');
  await farewell(seen);
});

test('a visitor without the word in the address loads nothing of it', async () => {
  const seen = await visitor(ground);
  const asked: string[] = [];
  seen.page.on('request', (request) => asked.push(request.url()));
  await seen.page.goto(ground.town.page({}));
  await expectBoard(seen.page);
  await seen.page.locator('schalter-board').hover();
  await expect.poll(() => asked.some((url) => url.includes('board-later'))).toBe(true);
  expect(asked.filter((url) => url.includes('doctor'))).toEqual([]);
  await farewell(seen);
});

test('in Firefox, which tells of no policy by itself', async () => {
  test.setTimeout(180_000);
  const firefox = await launchFirefox();
  try {
    const page = await firefox.newPage();
    for (const [headers, text] of [
      [{}, 'Alles in Ordnung.'],
      [
        csp("default-src 'self'; script-src S"),
        S("Content-Security-Policy: default-src 'self'; script-src S; frame-src 'self' S"),
      ],
      [{ 'Permissions-Policy': 'camera=()' }, S('Permissions-Policy: camera=(self "S")')],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`${ground.town.page({ headers })}#schalter-check`);
      await waitForText(page, text);
    }
    await page.goto('about:blank');
    await page.goto(`${ground.stranger.page({})}#schalter-check`);
    await waitForText(page, 'steht nicht in der Liste Ihrer Behörde');
  } finally {
    await firefox.close();
  }
});
