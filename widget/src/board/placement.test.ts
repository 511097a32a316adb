// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest';

vi.hoisted(() =>
  Object.assign(globalThis, { baked: { origin: 'https://s', board: { authority: { slug: 'town' } } }, LATER_PATH: '' }),
);
const { giveWay, ownScript, place } = await import('./placement.ts');

const boards = () => [...document.querySelectorAll('schalter-board')];
function script(parent: Element, attributes: Record<string, string> = {}): HTMLElement {
  const tag = document.createElement('script');
  tag.type = 'text/plain'; // not to be run here
  tag.setAttribute('src', 'https://s/b/town.js');
  for (const [name, value] of Object.entries(attributes)) tag.setAttribute(name, value);
  parent.append(tag);
  return tag;
}

beforeEach(() => {
  document.head.replaceChildren();
  document.body.replaceChildren();
});

test('after a script in the body, with its refinements', () => {
  const tag = script(document.body, { 'data-office': 'bauamt', 'data-heading': '2' });
  place(ownScript(tag));
  expect(tag.nextElementSibling).toBe(boards()[0]);
  expect({ ...(boards()[0] as HTMLElement).dataset }).toEqual({ office: 'bauamt', heading: '2' });
});

test('not if there is an element, and not for a script in the head', () => {
  place(ownScript(script(document.head)));
  expect(boards()).toHaveLength(0);
  const own = document.createElement('schalter-board');
  document.body.append(own);
  place(ownScript(script(document.body)));
  expect(boards()).toEqual([own]);
});

test("a module and a tag manager's script are found by our address", () => {
  const manager = document.createElement('script');
  document.head.append(manager);
  const tag = script(document.body);
  expect(ownScript(null)).toBe(tag);
  expect(ownScript(manager)).toBe(tag);
});

test('a script that is gone places nothing', () => {
  const tag = script(document.body);
  tag.remove();
  place(ownScript(tag));
  expect(boards()).toHaveLength(0);
});

test('a placed board gives way to a real one, and only to another', () => {
  place(ownScript(script(document.body)));
  const [placed] = boards();
  giveWay(placed as HTMLElement);
  expect(boards()).toHaveLength(1);
  const real = document.createElement('schalter-board');
  document.body.prepend(real);
  giveWay(real);
  expect(boards()).toEqual([real]);
});
