/** The words of an authority's own, in the place of the widget's. */
import { useMemo, useState } from 'preact/hooks';
import type { OwnText } from '../../client/protocol';
import boardDe from '../../locale/board.de.json';
import boardEn from '../../locale/board.en.json';
import citizenDe from '../../locale/citizen.de.json';
import citizenEn from '../../locale/citizen.en.json';
import laterDe from '../../locale/citizen.later.de.json';
import laterEn from '../../locale/citizen.later.en.json';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Nothing, TextArea } from './fields.tsx';
import { Form, useDraft } from './form.tsx';
import { languageNames, useText } from './texts';

const originals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: { ...boardDe, ...citizenDe, ...laterDe },
  en: { ...boardEn, ...citizenEn, ...laterEn },
};
const keys = Object.keys(originals.de ?? {});
const most = 25; // on one screen

/** The values in a text, such as {n}: a replacement has the same. */
function valuesIn(pattern: string): string {
  const names = [...pattern.matchAll(/\{(\w+)\s*[,}]/g)].map((m) => m[1] ?? '');
  return [...new Set(names)].sort().join();
}

export default function TextsPage() {
  const text = useText();
  const [search, setSearch] = useState('');
  const draft = useDraft<{ list: OwnText[] }>({
    name: 'texts',
    part: (s) => ({ list: s.texts }),
    below: 'authority',
    body: (d) => ({ texts: { list: d.list.filter((t) => t.text !== '') } }),
    prefix: () => 'authority.texts.',
    check: (d) =>
      d.list
        .filter((t) => t.text !== '' && valuesIn(t.text) !== valuesIn(originals[t.lang]?.[t.key] ?? ''))
        .map((t) => ({ path: `${t.key} ${t.lang}`, key: 'values_differ' })),
  });
  const { list } = draft.value;
  const own = (key: string, lang: string) => list.find((t) => t.key === key && t.lang === lang)?.text ?? '';
  const put = (key: string, lang: string, words: string) => {
    const rest = list.filter((t) => t.key !== key || t.lang !== lang);
    const next = words === '' ? rest : [...rest, { key, lang, text: words }];
    draft.set({ list: next.sort((a, b) => (a.key < b.key || (a.key === b.key && a.lang < b.lang) ? -1 : 1)) });
  };
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    if (wanted === '') return keys.filter((key) => list.some((t) => t.key === key));
    const hay = (key: string) => [key, originals.de?.[key], originals.en?.[key], own(key, 'de'), own(key, 'en')];
    return keys.filter((key) => hay(key).some((words) => words?.toLowerCase().includes(wanted)));
  }, [search, list]);
  return (
    <Form draft={draft} title={text('page.texts')} lead={text('texts.lead')} saved={text('saved.texts')}>
      <TextInput label={text('texts.search')} hint={text('texts.searchHint')} value={search} onInput={setSearch} />
      <p role="status" class="muted">
        {search.trim() === '' ? text('texts.own', { n: found.length }) : text('texts.found', { n: found.length })}
      </p>
      {found.length === 0 && <Nothing>{text(search.trim() === '' ? 'texts.noOwn' : 'texts.noneFound')}</Nothing>}
      <ul class="own-texts">
        {found.slice(0, most).map((key) => (
          <li key={key}>
            <h2 class="key">{key}</h2>
            {Object.keys(languageNames).map((lang) => (
              <div class="beside" key={lang}>
                <div class="original">
                  <span class="muted small">{text('texts.original', { lang: languageNames[lang] ?? lang })}</span>
                  <p lang={lang}>{originals[lang]?.[key]}</p>
                </div>
                <TextArea
                  label={text('texts.yours', { lang: languageNames[lang] ?? lang })}
                  rows={2}
                  lang={lang}
                  maxLength={600}
                  value={own(key, lang)}
                  error={draft.error(`${key} ${lang}`) ?? draft.error(key)}
                  onInput={(words) => put(key, lang, words)}
                />
              </div>
            ))}
            {list.some((t) => t.key === key) && (
              <Button
                kind="ghost"
                label={`${text('texts.reset')}: ${key}`}
                onClick={() => draft.set({ list: list.filter((t) => t.key !== key) })}
              >
                {text('texts.reset')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {found.length > most && <p class="muted">{text('texts.more', { n: found.length - most })}</p>}
    </Form>
  );
}
