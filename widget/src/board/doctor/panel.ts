// The doctor's report as the web editor reads it.

import { format, type Values } from '../../locale/format.ts';
import { el } from '../dom.ts';
import type { Finding } from './judge.ts';

export type Say = (key: string, values?: Values) => string;

export function sayIn(lang: string, texts: Record<string, string>): Say {
  return (key, values) => format(texts[key] ?? key, lang, values);
}

export class Panel {
  readonly element: HTMLElement;
  private readonly title: HTMLElement;
  private readonly verdict = el('p', { role: 'status' });
  private readonly list = el('ol');

  constructor(
    private readonly say: Say,
    lang: string,
    again: () => void,
    close: () => void,
  ) {
    this.title = el('h2', { tabindex: -1, id: 'doctor' }, say('title'));
    this.element = el(
      'section',
      { class: 'doctor', lang, dir: 'ltr', 'aria-labelledby': 'doctor' },
      this.title,
      this.verdict,
      this.list,
      el('p', { class: 'soft' }, say('private')),
      el('button', { type: 'button', click: again }, say('again')),
      el('button', { type: 'button', click: close }, say('close')),
    );
  }

  /** The examination takes up to some seconds. */
  busy(): void {
    this.list.replaceChildren();
    this.verdict.textContent = this.say('busy');
  }

  show(findings: Finding[]): void {
    const count = (level: Finding['level']) => findings.filter((finding) => finding.level === level).length;
    const verdict = count('bad') ? 'verdict.bad' : count('hint') ? 'verdict.hint' : 'verdict.good';
    this.verdict.textContent = this.say(verdict, { n: count('bad') || count('hint') || count('good') });
    this.list.replaceChildren(...findings.map((finding) => this.item(finding)));
    this.title.scrollIntoView({ block: 'center', behavior: 'instant' });
    this.title.focus();
  }

  private item({ level, key, values, lines = [] }: Finding): HTMLElement {
    const sign = el('span', { class: 'sign' }, this.say(`level.${level}`));
    return el(
      'li',
      { class: level },
      el('p', {}, sign, ' ', this.say(`${level}.${key}`, values)),
      ...lines.map((line) => this.line(line)),
    );
  }

  /** A line to copy: readable, selectable, and by a button. */
  private line({ key, text }: { key: string; text: string }): HTMLElement {
    const { say } = this;
    const area = el('textarea', { readonly: true, rows: 2, spellcheck: 'false' }, text);
    const done = el('span', { role: 'status' });
    const copy = () =>
      void copyText(area).then((copied) => {
        done.textContent = say(copied ? 'copied' : 'select');
      });
    const name = say(`line.${key}`);
    return el(
      'div',
      {},
      el('label', {}, name, area),
      el('button', { type: 'button', 'aria-label': `${say('copy')}: ${name}`, click: copy }, say('copy')),
      done,
    );
  }
}

/** On a page without https, or with a strict policy, there is no clipboard: then the old way, and the text stays selected. */
async function copyText(area: HTMLTextAreaElement): Promise<boolean> {
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}
