// Debian's own Firefox: Playwright cannot drive it, puppeteer can, by WebDriver BiDi.
import puppeteer, { type Browser, type Frame, type Page } from 'puppeteer-core';

export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true, // allows what a person would be asked for
    },
  });
}

/** Our frame in a town's page, as soon as it is there. */
export function visitFrame(page: Page): Promise<Frame> {
  return page.waitForFrame((frame) => /\/f\/[^/]+\/$/.test(frame.url()), { timeout: 20_000 });
}

/** Waits until the page, or the frame, says this. */
export async function waitForText(where: Page | Frame, text: string, timeout = 20_000): Promise<void> {
  await where.waitForFunction(
    (text) => {
      const roots: (Document | ShadowRoot)[] = [document];
      for (const board of document.querySelectorAll('schalter-board'))
        if (board.shadowRoot) roots.push(board.shadowRoot);
      return roots.some((root) =>
        (root instanceof Document ? root.body.textContent : root.textContent)?.includes(text),
      );
    },
    { timeout, polling: 200 },
    text,
  );
}

/** Clicks the button with this text, in the page, its boards, or the frame. */
export function clickButton(where: Page | Frame, text: string): Promise<void> {
  return where.evaluate((text) => {
    const boards = [...document.querySelectorAll('schalter-board')].flatMap((b) => b.shadowRoot ?? []);
    const buttons = [document, ...boards].flatMap((root) => [...root.querySelectorAll('button')]);
    const button = buttons.find((b) => b.textContent?.trim().startsWith(text));
    if (!button) throw new Error(`no button ${text}`);
    button.focus();
    button.click();
  }, text);
}
