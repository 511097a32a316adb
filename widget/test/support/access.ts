// What every screen must stand: axe, narrow windows, large text, wide spacing, no motion, forced colours, big targets.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Frame, type Page } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Look = 'width' | 'clipped' | 'targets' | 'words' | 'motion' | 'outlines';

/** The page itself and our frames, as far as they are shown. */
export async function shownFrames(page: Page): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const frame of page.frames()) {
    const element = frame.parentFrame() ? await frame.frameElement().catch(() => undefined) : undefined;
    if (!frame.parentFrame() || (await element?.isVisible())) frames.push(frame);
  }
  return frames;
}

/** In forced colours the palette is the person's, and Chromium tells axe half of the old one. */
async function axe(page: Page, where: string): Promise<string[]> {
  const without = where === 'forced colours' ? ['color-contrast'] : [];
  const { violations } = await new AxeBuilder({ page }).withTags(rules).disableRules(without).analyze();
  return violations.flatMap((v) =>
    v.nodes.map((n) => `${where}: ${v.id} at ${n.target.flat().join(' ')}: ${n.any[0]?.message}`),
  );
}

/** Runs checks in every shown frame; what they return are faults. */
async function look(page: Page, where: string, looks: Look[]): Promise<string[]> {
  const found = await Promise.all((await shownFrames(page)).map((frame) => frame.evaluate(inPage, looks)));
  return found.flat().map((fault) => `${where}: ${fault}`);
}

/** Runs in the browser, so it must be whole in itself. */
function inPage(looks: Look[]): string[] {
  const boards = [...document.querySelectorAll('schalter-board')].flatMap((b) => b.shadowRoot ?? []);
  const all = <E extends HTMLElement>(selector: string, roots: (Document | ShadowRoot)[] = [document, ...boards]) =>
    roots
      .flatMap((root) => [...root.querySelectorAll<E>(selector)])
      .filter((e) => e.checkVisibility({ visibilityProperty: true }));
  const name = (e: Element) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent?.trim().slice(0, 40)}"`;
  const faults: string[] = [];

  if (looks.includes('width')) {
    const { scrollWidth, clientWidth } = document.documentElement;
    const wide = all('*').filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
    if (scrollWidth > clientWidth) faults.push(`${scrollWidth} px in ${clientWidth} px: ${wide.slice(-3).map(name)}`);
  }
  if (looks.includes('clipped'))
    for (const e of all('button, .button, h1, h2, h3, h4, p, dd, dt, .chip, .status, label, li')) {
      if (getComputedStyle(e).overflow === 'visible' || e.clientHeight < 2) continue; // only heard
      const cut = e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2;
      if (cut) faults.push(`text cut off: ${name(e)}`);
    }
  if (looks.includes('targets'))
    // On a town's page the other links are the town's.
    for (const e of all('a[href], button, input, select, summary', boards.length ? boards : [document])) {
      const own = e.getBoundingClientRect();
      const label = e instanceof HTMLInputElement ? e.labels?.[0]?.getBoundingClientRect() : undefined;
      const [width, height] = [Math.max(own.width, label?.width ?? 0), Math.max(own.height, label?.height ?? 0)];
      const least = e.closest('.bar, .called .actions') ? 43.9 : 23.9;
      if (getComputedStyle(e).display === 'inline') continue; // a link in a sentence is as high as its line
      if (width < least || height < least)
        faults.push(`target ${Math.round(width)} x ${Math.round(height)}: ${name(e)}`);
    }
  if (looks.includes('words'))
    for (const e of all('p.state, .status, .mark.good, .mark.bad'))
      if (!e.textContent?.trim() || !e.querySelector('svg')) faults.push(`state by colour alone: ${name(e)}`);
  if (looks.includes('motion'))
    for (const animation of [document, ...boards].flatMap((root) => root.getAnimations()))
      if (animation.playState === 'running') faults.push(`moves: ${JSON.stringify(animation.effect?.getTiming())}`);
  if (looks.includes('outlines'))
    for (const e of all('.button, .actions button, .bar button')) {
      const style = getComputedStyle(e);
      const border = Number.parseFloat(style.borderTopWidth) >= 1 && style.borderTopColor !== style.backgroundColor;
      if (!border) faults.push(`button without outline: ${name(e)}`);
    }
  return faults;
}

/** Changes the style of every shown frame and of the boards, until the returned function is called. */
async function styled(page: Page, css: string): Promise<() => Promise<void>> {
  const frames = await shownFrames(page);
  const change = (text: string) => {
    const boards = [...document.querySelectorAll('schalter-board')].flatMap((b) => b.shadowRoot ?? []);
    for (const root of [document.head, ...boards]) {
      root.querySelector('.test-style')?.remove();
      if (text)
        root.append(Object.assign(document.createElement('style'), { className: 'test-style', textContent: text }));
    }
  };
  await Promise.all(frames.map((frame) => frame.evaluate(change, css)));
  return async () => void (await Promise.all(frames.map((frame) => frame.evaluate(change, ''))));
}

/** The page has been laid out, and so have the frames in it, which live in processes of their own and have a height. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
  for (const frame of await shownFrames(page)) {
    if (!frame.parentFrame()) continue;
    const element = await frame.frameElement();
    await element.scrollIntoViewIfNeeded(); // out of sight it is not laid out
    const width = await element.evaluate((e) => (e as HTMLElement).clientWidth);
    await expect.poll(() => frame.evaluate(() => innerWidth)).toBe(width);
    if (new URL(frame.url()).pathname.startsWith('/p/')) continue; // the console's preview scrolls
    const spare = async () => {
      const height = await frame.evaluate(
        () => document.querySelector('.citizen')?.getBoundingClientRect().height ?? 0,
      );
      return (await element.evaluate((e) => (e as HTMLElement).clientHeight)) - height;
    };
    // 96 px may be left over, and 12em are the least that the board gives.
    await expect
      .poll(async () => Math.abs((await spare()) - 49), { message: 'as high as its content' })
      .toBeLessThan(51);
  }
}

const spacing = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
  p { margin-bottom: 2em !important }`;

/** All checks of the screen that a page with reduced motion shows. Returns the faults; leaves the page at 1280 px. */
export async function examine(page: Page): Promise<string[]> {
  const faults: string[] = [];
  const check = async (where: string, looks: Look[], withAxe = false) => {
    await settled(page);
    faults.push(...(await look(page, where, looks)));
    if (withAxe) faults.push(...(await axe(page, where)));
  };
  await page.setViewportSize({ width: 1280, height: 900 });
  await check('1280 px', ['motion', 'targets', 'words'], true);
  await page.setViewportSize({ width: 360, height: 740 });
  await check('360 px', ['targets', 'width'], true);

  await page.setViewportSize({ width: 320, height: 640 });
  await check('320 px', ['width', 'clipped']);
  let plain = await styled(page, 'html { font-size: 200% !important }');
  await check('320 px, text 200 %', ['width', 'clipped']);
  await plain();
  plain = await styled(page, spacing);
  await check('320 px, text spacing', ['width', 'clipped']);
  await plain();

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ forcedColors: 'active' });
  await check('forced colours', ['outlines'], true);
  await page.emulateMedia({ forcedColors: null });
  return faults;
}
