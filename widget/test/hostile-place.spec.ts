// The town's page is hostile ground, third: where and how the tag stands, and what pages do to it (EMBED section 4).

import { get } from 'node:http';
import { expect, type Page, test } from '@playwright/test';
import {
  drawHere,
  element,
  expectBoard,
  expectNumber,
  farewell,
  frameOf,
  type Ground,
  giveBack,
  hauptamt,
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

async function open(page: TownPage): Promise<Visitor> {
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page(page));
  return seen;
}

const boards = (page: Page) => page.locator('schalter-board');
const src = 'S/b/musterstadt.js';
const main = (inner: string) => `<main><h1>Rathaus</h1>${inner}<p id="after">Danach</p></main>`;
/** Code of the page that makes our tag. It must not be an inline tag of ours itself. */
const code = (text: string) => `<script>${text}</script>`;
const made = `const s = document.createElement('script'); s.src = '${src}';`;

const placements: [name: string, page: TownPage][] = [];
for (const how of ['', 'async', 'defer', 'type="module"']) {
  const script = `<script ${how} src="${src}"></script>`;
  const name = how || 'blocking';
  placements.push([`head, ${name}`, { head: script, body: main(element) }]);
  placements.push([`body, ${name}`, { body: main(element) + script }]);
  placements.push([`body before the element, ${name}`, { body: script + main(element) }]);
  placements.push([`the tag alone, ${name}`, { body: main(script) }]);
}
placements.push(
  [
    'createContextualFragment',
    {
      body:
        main(element) +
        code(
          `document.body.append(document.createRange().createContextualFragment('<script src="${src}"><\\/script>'))`,
        ),
    },
  ],
  ['document.write', { body: main(code(`document.write('${element}<script src="${src}"><\\/script>')`)) }],
  ['document.write of the tag alone', { body: main(code(`document.write('<script src="${src}"><\\/script>')`)) }],
  [
    'a tag manager, before the first script of the head',
    {
      head: code(`${made} s.async = true; const f = document.querySelector('script'); f.parentNode.insertBefore(s, f)`),
      body: main(element),
    },
  ],
  [
    'a tag manager, at the end of the body',
    {
      body: main(
        `<div id="here"></div>${code(`addEventListener('load', () => { ${made} document.querySelector('#here').append(s) })`)}`,
      ),
    },
  ],
  [
    'removed after load',
    { body: main(element) + code(`${made} s.onload = () => s.remove(); document.head.append(s)`) },
  ],
  ['with a query of the CMS', { body: main(`<script async src="${src}?ver=6.4.2&amp;x=%20"></script>`) }],
  [
    'a clone of a template',
    {
      body: main(
        `<template>${element}<script src="${src}"></script></template><div id="here"></div>${code("document.querySelector('#here').append(document.querySelector('template').content.cloneNode(true))")}`,
      ),
    },
  ],
  ['two tags', { body: main(tag + tag) }],
  ['two tags, one in the head', { head: tag, body: main(element + tag.replace('.js', '.js?2')) }],
  [
    'with integrity and crossorigin left by an optimiser',
    { body: main(`<script async crossorigin="anonymous" referrerpolicy="no-referrer" src="${src}"></script>`) },
  ],
  [
    'the element comes after the script has placed one',
    {
      body:
        main(tag) +
        code(
          `addEventListener('load', () => setTimeout(() => { document.querySelector('main').insertAdjacentHTML('beforeend', '${element}') }, 50))`,
        ),
    },
  ],
  ['XHTML-like markup', { body: main(`<schalter-board/><script async="async" src="${src}"></script>`) }],
);

for (const [name, page] of placements)
  test(`placed: ${name}`, async () => {
    const seen = await open(page);
    if (page.body?.includes('insertAdjacentHTML'))
      await expect(seen.page.locator('#after + schalter-board')).toHaveCount(1);
    await expect(boards(seen.page)).toHaveCount(1);
    await expectBoard(seen.page);
    await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
    await expectNumber(frameOf(seen.page));
    await giveBack(seen.page);
    await farewell(seen);
  });

for (const [name, script] of [
  ['innerHTML', code(`document.querySelector('main').innerHTML += '<script src="${src}"><\\/script>'`)],
  ['a consent tool that rewrites the type', tag.replace('<script', '<script type="text/plain" data-category="video"')],
] as const)
  test(`the script never runs: ${name}`, async () => {
    const seen = await open({ body: main(element) + script });
    const link = seen.page.getByRole('link', { name: 'Virtuelles Bürgerbüro öffnen' });
    await expect(link).toBeVisible();
    await link.click();
    await expect(seen.page).toHaveURL(`${ground.program.public}/musterstadt`);
    await expectBoard(seen.page);
    await farewell(seen);
  });

test('consent given later: the tool turns the type back', async () => {
  const seen = await open({ body: main(element) + tag.replace('<script', '<script type="text/plain"') });
  await expect(seen.page.getByRole('link', { name: 'Virtuelles Bürgerbüro öffnen' })).toBeVisible();
  await seen.page.evaluate(() => {
    const old = document.querySelector('script[type="text/plain"]') as HTMLScriptElement;
    const next = document.createElement('script');
    next.src = old.src;
    old.replaceWith(next);
  });
  await expectBoard(seen.page);
  await farewell(seen);
});

test('refined: one office, English, headings', async () => {
  const seen = await open({
    body: element.replace('>', ' data-office="hauptamt" data-lang="en" data-heading="2">') + tag,
  });
  const board = boards(seen.page);
  await expect(board.getByRole('heading', { level: 2, name: 'Main office' })).toBeVisible();
  await expect(board.getByRole('article')).toHaveCount(1);
  await board.getByRole('button', { name: 'Draw a number' }).click();
  await expect(frameOf(seen.page).getByRole('heading', { name: 'You are next.' })).toBeVisible();
  await giveBack(seen.page);
  await farewell(seen);
});

test('refined by the tag alone', async () => {
  const seen = await open({ body: main(tag.replace('<script', '<script data-office="bauamt" data-lang="en"')) });
  await expect(boards(seen.page).getByRole('heading', { name: 'Building office' })).toBeVisible();
  await expect(boards(seen.page).getByRole('article')).toHaveCount(1);
  await farewell(seen);
});

test('several boards on one page share one frame', async () => {
  const one = element.replace('>', ' data-office="hauptamt">');
  const two = element.replace('>', ' data-office="bauamt">');
  const seen = await open({ body: main(one) + main(two) + tag });
  await expect(boards(seen.page).getByRole('article')).toHaveCount(2);
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(seen.page));
  await boards(seen.page).nth(1).getByRole('button', { name: 'Ihre Nummer anzeigen' }).click();
  await expect(seen.page.locator('schalter-board iframe[name=schalter]')).toHaveCount(1);
  // The page takes away the board with the frame: the other one shows the number.
  await boards(seen.page)
    .first()
    .evaluate((board) => board.remove());
  await expectNumber(frameOf(seen.page));
  await giveBack(seen.page);
  await farewell(seen);
});

test('a page that re-renders keeps the number', async () => {
  const seen = await open({ body: `<div id="app">${main(element)}</div>${tag}` });
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(seen.page));
  const number = await frameOf(seen.page)
    .getByText(/^H \d{3}$/)
    .first()
    .textContent();
  for (const how of ['same node', 'new node', 'another page of the app, and back']) {
    await seen.page.evaluate(async (how) => {
      const app = document.querySelector('#app') as HTMLElement;
      const node = app.querySelector('schalter-board') as HTMLElement;
      const board = how === 'same node' ? node : document.createElement('schalter-board');
      app.replaceChildren();
      if (how.startsWith('another')) await new Promise((resolve) => setTimeout(resolve, 300));
      app.append(document.createElement('h1'), board);
    }, how);
    await expect(
      frameOf(seen.page)
        .getByText(number ?? '', { exact: true })
        .first(),
      how,
    ).toBeVisible({ timeout: 20_000 });
    await expect(seen.page.locator('schalter-board iframe[name=schalter]')).toHaveCount(1);
  }
  await giveBack(seen.page);
  await farewell(seen);
});

test('back and forward with an idle board', async () => {
  const seen = await open({
    body: main(element) + tag + code("addEventListener('pageshow', (e) => { window.restored = e.persisted })"),
  });
  await expectBoard(seen.page);
  await seen.page.goto(ground.town.page({ body: '<h1>Kontakt</h1>' }));
  await seen.page.evaluate(() => history.back());
  await expectBoard(seen.page);
  expect(await seen.page.evaluate(() => (window as { restored?: boolean }).restored), 'from the bfcache').toBe(true);
  await drawHere(seen.page);
  await farewell(seen);
});

test('another page of the town while waiting, and back', async () => {
  const seen = await open({ body: main(element) + tag });
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(seen.page));
  const number =
    (await frameOf(seen.page)
      .getByText(/^H \d{3}$/)
      .first()
      .textContent()) ?? '';
  await seen.page.goto(ground.town.page({ body: '<h1>Kontakt</h1>' })); // a page without us
  await seen.page.goto(ground.town.page({ body: `<h1>Anfahrt</h1>${element}${tag}` })); // and one with us
  await expect(frameOf(seen.page).getByText(number, { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  await seen.page.evaluate(() => history.go(-2));
  await expect(seen.page.getByRole('heading', { name: 'Rathaus', exact: true })).toBeVisible();
  await expect(frameOf(seen.page).getByText(number, { exact: true }).first()).toBeVisible({ timeout: 20_000 });
  await giveBack(seen.page);
  await farewell(seen);
});

test('one request until the board stands, in 9 KB; nothing is stored before a number is drawn', async () => {
  const seen = await visitor(ground);
  const asked: string[] = [];
  seen.context.on('request', (request) => {
    if (request.url().startsWith(ground.program.public)) asked.push(new URL(request.url()).pathname);
  });
  await seen.context.addInitScript(() => {
    const touched: string[] = [];
    Object.assign(window, { touched });
    for (const name of ['getUserMedia', 'enumerateDevices', 'getDisplayMedia'] as const)
      MediaDevices.prototype[name] = (() => touched.push(name)) as never;
    Notification.requestPermission = (() => touched.push('Notification')) as never;
    Storage.prototype.setItem = (key) => void touched.push(key);
    indexedDB.open = (() => touched.push('indexedDB')) as never;
  });
  await seen.page.goto(ground.town.page({}));
  await expectBoard(seen.page);
  expect(asked).toEqual(['/b/musterstadt.js']);
  expect(await seen.context.storageState({ indexedDB: true })).toEqual({ cookies: [], origins: [] });
  expect(await seen.page.evaluate(() => (window as { touched?: string[] }).touched)).toEqual([]);
  expect(await scriptSize('landkreis-musterland')).toBeLessThanOrEqual(9216);
  await farewell(seen);
});

test('after the draw one cookie of ours, out of reach, and one mark of the page; both end with the ticket', async () => {
  const seen = await open({});
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(seen.page));
  const cookies = await seen.context.cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({
    name: '__Host-ticket',
    httpOnly: true,
    secure: true,
    sameSite: 'None',
    path: '/',
  });
  expect(cookies[0]?.partitionKey).toBeTruthy();
  const stored = () => seen.page.evaluate(() => Object.entries({ ...localStorage, ...sessionStorage }));
  const [[key, mark] = []] = await stored();
  expect(key).toBe('schalter:musterstadt');
  expect(Object.keys(JSON.parse(mark ?? '{}'))).toEqual(['at']);
  await frameOf(seen.page).getByRole('button', { name: 'Platz abgeben' }).click();
  await frameOf(seen.page).getByRole('dialog').getByRole('button', { name: 'Platz abgeben' }).click();
  await expect(frameOf(seen.page).getByRole('heading', { name: 'Sie haben Ihren Platz abgegeben' })).toBeVisible();
  await expect.poll(stored).toEqual([]);
  // On its last page the ticket may still be looked at and deleted; then the cookie goes, too.
  await frameOf(seen.page).getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await expect.poll(() => seen.context.cookies()).toEqual([]);
  await farewell(seen);
});

/** Bytes of a script as they go over the line to a client that knows gzip. */
function scriptSize(slug: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${ground.program.public}/b/${slug}.js`, { headers: { 'Accept-Encoding': 'gzip' } }, (answer) => {
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
      });
      answer.on('end', () => resolve(size));
    }).on('error', reject);
  });
}
