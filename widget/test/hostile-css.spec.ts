// The town's page is hostile ground, second: style sheets and wrappers (EMBED section 3, A28). Where the board has the
// same width as on a plain page it must look the same, pixel by pixel.

import { expect, type Page, test } from '@playwright/test';
import { PNG } from 'pngjs';
import {
  drawHere,
  element,
  expectBoard,
  farewell,
  frameOf,
  type Ground,
  giveBack,
  hauptamt,
  startGround,
  type TownPage,
  tag,
  visitor,
} from './support/town.ts';

let ground: Ground;
let plain: PNG;

/** Keeps the place of the board where it is, whatever the page does to everything. */
const place =
  'position:absolute!important;inset:0 auto auto 0!important;width:1000px!important;max-width:none!important;' +
  'height:auto!important;max-height:none!important;margin:0!important;padding:0!important;border:0!important;transform:none!important;display:block!important;' +
  'overflow:visible!important;columns:auto!important;opacity:1!important;zoom:1!important;animation:none!important;' +
  'writing-mode:horizontal-tb!important;contain:none!important;mask:none!important;filter:none!important;' +
  'mix-blend-mode:normal!important;clip-path:none!important;visibility:visible!important;background:#fff!important;box-sizing:border-box!important';
const placed = `<div style="${place}">${element}</div>${tag}`;

test.beforeAll(async () => {
  ground = await startGround();
  const { page, context } = await visitor(ground);
  await page.goto(ground.town.page({ body: placed }));
  await expectBoard(page);
  plain = await picture(page);
  await context.close();
});
test.afterAll(() => ground?.stop());

async function picture(page: Page): Promise<PNG> {
  await page.mouse.move(0, 0);
  return PNG.sync.read(await page.locator('schalter-board').first().screenshot({ animations: 'disabled' }));
}

/** The share of pixels that differ visibly, in percent. */
function difference(a: PNG, b: PNG): number {
  if (a.width !== b.width || a.height !== b.height) return 100;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const by = (i: number) => Math.abs((a.data[at + i] ?? 0) - (b.data[at + i] ?? 0));
    if (by(0) + by(1) + by(2) > 60) different++;
  }
  return (100 * different) / (a.width * a.height);
}

const host = (css: string) => `schalter-board,schalter-board *{${css}}`;

const sheets: [name: string, css: string][] = [
  ['everything unset', '*{all:unset!important}'],
  ['everything initial', '*,*::before,*::after{all:initial!important}'],
  ['everything reverted', '*{all:revert!important}'],
  [
    'custom elements are not shown',
    'schalter-board:defined,:not(:defined){display:none!important;visibility:collapse!important}',
  ],
  ['invisible, transparent', host('visibility:hidden!important;opacity:0!important')],
  [
    'huge, spaced, shouting',
    '*{font:40px/3 fantasy!important;letter-spacing:.5em!important;word-spacing:2em!important;text-transform:uppercase!important}',
  ],
  ['ten pixels are one rem', 'html{font-size:62.5%!important}'],
  ['thirty pixels are one rem', 'html{font-size:30px!important}body{font-size:2em}'],
  ['pale on pale', '*{color:#eee!important;background:#fff!important;text-shadow:0 0 9px red!important}'],
  [
    'all text to the right, indented',
    'body{text-align:right!important;text-indent:9em!important;white-space:pre!important}',
  ],
  [
    'boxes with thick edges',
    '*{box-sizing:content-box!important;border:5px dashed red!important;padding:20px!important;margin:20px!important}',
  ],
  [
    'tag rules',
    'section,article,footer,h2,h3,p,ul,details,button,svg,iframe,div div{display:none!important}button{all:unset}',
  ],
  ['everything floats', '*{float:left!important;clear:none!important;width:50px!important;height:20px!important}'],
  ['everything flexes', '*{display:flex!important;flex-direction:row-reverse!important;gap:40px!important}'],
  ['everything in columns', '*{columns:3!important;column-gap:90px!important}'],
  ['everything is fixed', host('position:fixed!important;inset:0!important;z-index:-1!important')],
  [
    'everything is cut',
    host(
      'max-height:30px!important;overflow:hidden!important;clip-path:circle(5px)!important;contain:strict!important',
    ),
  ],
  [
    'turned and shrunk',
    host('transform:rotate(9deg) scale(.3)!important;filter:blur(9px)!important;mix-blend-mode:difference!important'),
  ],
  ['masked', host('mask:linear-gradient(transparent,transparent)!important;content-visibility:hidden!important')],
  [
    'nothing can be clicked',
    '*{pointer-events:none!important;user-select:none!important;cursor:none!important;touch-action:none!important}',
  ],
  [
    'animated',
    '@keyframes x{from{opacity:0;transform:scale(0)}to{opacity:0;display:none}}schalter-board{animation:x 1s infinite both!important}*{transition:all 9s!important}',
  ],
  ['layers', '@layer a,b;@layer a{schalter-board{display:none!important;color:#fff!important}}'],
  [
    'added text',
    '*::before{content:"WERBUNG"!important;display:block!important}*::after{content:"ANZEIGE"!important;display:block!important;font-size:60px!important}',
  ],
  [
    'our own variables',
    '*{--ink:#fff!important;--soft:#fff!important;--paper:#000!important;--line:red!important;--open:#fff!important;--radius:9em!important;--accent:#fff!important}',
  ],
  ['from right to left', '*{direction:rtl!important;unicode-bidi:bidi-override!important}'],
  ['from top to bottom', '*{writing-mode:vertical-rl!important;text-orientation:upright!important}'],
  ['dark', ':root{color-scheme:dark!important;background:#000;color:#fff}*{color-scheme:dark!important}'],
  [
    'small capitals, hyphens, ligatures',
    '*{font-variant:small-caps!important;hyphens:auto!important;font-weight:100!important;font-style:italic!important;font-stretch:50%!important}',
  ],
  [
    'everything justified, underlined',
    '*{text-decoration:line-through 5px red!important;text-align:justify!important;vertical-align:super!important;line-break:anywhere!important;word-break:break-all!important}',
  ],
];

for (const [name, css] of sheets)
  test(`a style sheet: ${name}`, async () => {
    const seen = await visitor(ground);
    await seen.page.goto(ground.town.page({ head: `<style>${css}</style>`, body: placed }));
    await expectBoard(seen.page);
    const share = difference(plain, await picture(seen.page));
    if (share > 0.5) await seen.page.screenshot({ path: test.info().outputPath('differs.png') });
    expect(share, 'percent of the pixels differ from a plain page').toBeLessThan(0.5);
    await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
    // The frame is as wide as the board, and our app in it is out of reach of the page's rules.
    const number = frameOf(seen.page).getByText(/^H \d{3}$/);
    await expect(number).toBeVisible({ timeout: 20_000 });
    const box = () => seen.page.locator('schalter-board iframe:visible').boundingBox();
    expect((await box())?.width).toBeGreaterThan(960);
    await expect.poll(async () => (await box())?.height ?? 0).toBeGreaterThan(300);
    await giveBack(seen.page);
    await farewell(seen);
  });

const around = (open: string, close: string): TownPage => ({ body: `${open}${element}${close}${tag}` });

const wrappers: [name: string, page: TownPage][] = [
  [
    'inline style on the element',
    { body: element.replace('>', ' style="display:none!important;width:9px!important">') + tag },
  ],
  ['a paragraph', around('<p>Text ', ' Text</p>')],
  ['a link', around('<a href="/elsewhere">', '</a>')],
  ['a table', around('<table border="1"><tr><td>A</td><td width="700">', '</td></tr></table>')],
  [
    'a form',
    around('<form action="/elsewhere" onsubmit="document.title=\'sent\'"><input name="a" required>', '</form>'),
  ],
  ['a disabled fieldset', around('<fieldset disabled>', '</fieldset>')],
  ['a label', around('<label>Name ', '<input></label>')],
  ['a list', around('<ul><li>', '</li></ul>')],
  ['open details', around('<details open><summary>Mehr</summary>', '</details>')],
  ['a grid', around('<div style="display:grid;grid-template-columns:200px 700px;align-items:end"><i></i>', '</div>')],
  [
    'a flex box',
    around('<div style="display:flex;align-items:flex-start"><i>x</i><div style="flex:1">', '</div></div>'),
  ],
  ['a heading', around('<h1 style="font-size:80px"><b><center>', '</center></b></h1>')],
  ['preformatted', around('<pre><code>', '</code></pre>')],
  ['half as large', around('<div style="zoom:.5;width:2000px">', '</div>')],
  ['half again as large', around('<div style="zoom:1.5">', '</div>')],
  ['right to left, in Arabic', { ...around('<div dir="rtl" lang="de-x">', '</div>'), html: 'lang="ar" dir="rtl"' }],
  ['a base address', { head: '<base href="https://nowhere.invalid/x/" target="_blank">' }],
  ['quirks', { doctype: '' }],
  ['a hidden part that is shown', around('<div hidden="until-found" style="content-visibility:visible">', '</div>')],
  ['editable text', around('<div contenteditable="true">', '</div>')],
];

for (const [name, page] of wrappers)
  test(`inside: ${name}`, async () => {
    const seen = await visitor(ground);
    await seen.page.goto(ground.town.page(page));
    await expectBoard(seen.page);
    const address = seen.page.url();
    await drawHere(seen.page);
    expect(seen.page.url()).toBe(address);
    await expect(seen.page).toHaveTitle('Rathaus');
    await farewell(seen);
  });

test('the attribute hidden hides, and only that', async () => {
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page({ body: element.replace('>', ' hidden>') + tag }));
  const board = seen.page.locator('schalter-board');
  await expect(board.getByRole('article')).toHaveCount(0);
  await expect(board).toBeHidden();
  await board.evaluate((element) => element.removeAttribute('hidden'));
  await expectBoard(seen.page);
  await farewell(seen);
});

test("the town's colour is corrected until it can be read", async () => {
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page({ head: '<style>:root{--schalter-accent:#ffee00}</style>' }));
  await expectBoard(seen.page);
  await farewell(seen);
});

test('our board changes nothing of the page', async () => {
  const seen = await visitor(ground);
  const text = '<main><h1>Rathaus</h1><p>Text <a href="#x">Link</a></p><button>Suche</button></main>';
  const styles = () =>
    seen.page
      .locator('main, main *')
      .evaluateAll((all) =>
        all.map((e) =>
          JSON.stringify([...getComputedStyle(e)].map((n) => [n, getComputedStyle(e).getPropertyValue(n)])),
        ),
      );
  await seen.page.goto(ground.town.page({ body: text }));
  const [before, globals] = [await styles(), await seen.page.evaluate(() => Object.keys(window).length)];
  await seen.page.goto(ground.town.page({ body: text + element + tag }));
  await expectBoard(seen.page);
  expect(await styles()).toEqual(before);
  expect(await seen.page.evaluate(() => Object.keys(window).length)).toBe(globals);
  await farewell(seen);
});

for (const [name, css] of [
  ['covered', '<style>i{position:fixed;inset:0;background:red;z-index:9}</style><i></i>'],
  ['too narrow', '<style>schalter-board{}main{width:150px}</style>'],
] as const)
  test(`the editor learns that the board is ${name}`, async () => {
    const seen = await visitor(ground);
    await seen.page.goto(ground.town.page({ body: `${css}<main>${element}</main>${tag}` }));
    await seen.page.locator('schalter-board').getByRole('button').first().focus();
    await expect.poll(() => seen.told).toEqual(['Die Tafel ist verdeckt, abgeschnitten oder zu schmal.']);
    await farewell(seen);
  });
