// Which language a board speaks, and its texts.

import de from '../locale/board.de.json' with { type: 'json' };
import { format, type Values } from '../locale/format.ts';
import type { BoardAuthority } from '../protocol.gen.ts';
import { origin } from './baked.ts';

type Texts = Record<string, string>;

/** Languages wished for all boards of the page: by the citizen's click, by the script tag. */
export const wishes: { citizen?: string; script?: string } = {};

/** The languages by their own names. */
export const languageNames: Record<string, string> = { de: 'Deutsch', en: 'English' };

/** Where the build has put the texts that the script does not carry, by language. */
declare const LANGUAGE_PATHS: Record<string, string>;

/** Ours by language. German is always there, the others when someone needs them. */
const known: Record<string, Texts> = { de };
const asked: Record<string, Promise<unknown>> = {};

/** The language itself if its texts are there, else German for the moment: they are fetched, then calls then. */
export function available(lang: string, then: () => void): string {
  if (known[lang]) return lang;
  asked[lang] ??= import(`${origin}/${LANGUAGE_PATHS[lang]}`).then(
    ({ texts }: { texts: Texts }) => {
      known[lang] = texts;
      then();
    },
    () => {},
  ); // German stays
  return 'de';
}

/** Adds German texts that came with what was loaded later. */
export function learn(texts: Texts): void {
  Object.assign(de, texts);
}

/** A name or text that an authority wrote in several languages. */
export type Translated = Record<string, string> | undefined;

export class Words {
  constructor(
    readonly lang: string,
    private readonly overrides: BoardAuthority['texts'] = {},
  ) {}

  /** The text of a key: the authority's own, else ours. */
  say(key: string, values?: Values): string {
    const text = this.overrides?.[key]?.[this.lang] ?? known[this.lang]?.[key] ?? (de as Texts)[key] ?? '';
    return format(text, this.lang, values);
  }

  /** Like say, with elements in the place of values: returns the pieces. */
  rich(key: string, nodes: Record<string, Node>): (Node | string)[] {
    const names = Object.keys(nodes);
    const marked = this.say(key, Object.fromEntries(names.map((name, i) => [name, `\u0001${i}\u0001`])));
    return marked.split('\u0001').map((piece, i) => (i % 2 ? (nodes[names[Number(piece)] ?? ''] ?? '') : piece));
  }

  /** Picks the language of a text; German, else any, if it is not there. */
  pick(text: Translated): string {
    return text?.[this.lang] || text?.de || Object.values(text ?? {})[0] || '';
  }
}

/** What the authority offers of our languages: the server names no others. */
export function offeredBy({ languages }: BoardAuthority): string[] {
  return languages ?? Object.keys(languageNames);
}

/** The first wish that names a language; the first that is offered if this one is not. */
export function languageOf(offered: string[], ...wishes: (string | null | undefined)[]): string {
  const wish = wishes.find(Boolean)?.toLowerCase().split('-')[0] ?? '';
  return offered.includes(wish) ? wish : (offered[0] as string);
}
