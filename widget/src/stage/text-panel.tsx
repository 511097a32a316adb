// Real-time text: what the others write appears letter by letter, what is typed here is on its way at once. There is no key
// to send (EN 301 549 6.2.1).
import { useEffect, useRef, useState } from 'preact/hooks';
import type de from '../locale/text.de.json';
import { type Line, MISSING } from '../media/t140.ts';
import type { RealTimeText } from '../media/text.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/choice.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { StatusRegion } from '../ui/status.tsx';
import type { Texts } from '../ui/texts.tsx';
import { nameOf, useStage } from './context.ts';
import { textOpen, textSpoken } from './panels.ts';
import './panels-look.ts';
import { useReadOut } from './read-out.ts';
import { useStageText } from './texts.ts';

export type PanelTexts = Texts<keyof typeof de>;

export default function TextPanel({ t }: { t: PanelTexts }) {
  const stage = useStage();
  const text = stage.conversation?.text;
  const others = stage.conversation?.others.value ?? [];
  const name = useNames(t);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  if (!text) return null;
  const lines = text.lines.value.filter((line) => line.text !== '');
  const copy = async () => {
    if (list.current) setSaid((await copied(list.current, lines, name)) ? t('text.copied') : t('text.not_copied'));
  };
  return (
    <section class="text-panel" aria-label={t('text.title')}>
      <header>
        <h3>{t('text.title')}</h3>
        <Button kind="ghost" icon="cross" onClick={close}>
          {t('text.close')}
        </Button>
      </header>
      {stage.textOnly === 'other' && <p class="notice small">{t('text.other_reads')}</p>}
      <Speaking t={t} name={name} />
      <Lines lines={lines} name={name} t={t} list={list} />
      <Writing text={text} alone={others.length === 0} t={t} />
      <div class="text-tools">
        <Checkbox
          label={t('text.spoken')}
          checked={textSpoken.value}
          onChange={(on) => {
            textSpoken.value = on;
          }}
        />
        <Button kind="ghost" onClick={copy}>
          {t('text.copy')}
        </Button>
        <span role="status">{said}</span>
      </div>
      <ReadOut text={text} name={name} />
    </section>
  );
}

function close(): void {
  textOpen.value = false;
  document.querySelector<HTMLElement>('.panel-text')?.focus();
}

/** What everybody is called; the own lines have no participant. Who has left keeps the name. */
function useNames(t: PanelTexts): (participant: string) => string {
  const stage = useStage();
  const words = useStageText();
  const known = useRef(new Map<string, string>());
  for (const { participant } of stage.conversation?.others.value ?? []) {
    known.current.set(participant.id, nameOf(participant, stage.awaited, words));
  }
  return (id) => (id === '' ? t('text.you') : (known.current.get(id) ?? id));
}

/** Who speaks, for those who do not hear it (EN 301 549 6.2.2.4). */
function Speaking({ t, name }: { t: PanelTexts; name: (id: string) => string }) {
  const { conversation } = useStage();
  const speaking = [...(conversation?.speaking.value ?? [])].filter((id) => id !== conversation?.self.value);
  return (
    <p class="text-speaking" data-speaking={speaking.length > 0}>
      <Icon name="sound" />
      {speaking.length > 0 ? speaking.map((id) => t('text.speaks', { name: name(id) })).join(', ') : t('text.silent')}
    </p>
  );
}

interface LinesProps {
  lines: readonly Line[];
  name: (id: string) => string;
  t: PanelTexts;
  list: { current: HTMLOListElement | null };
}

function Lines({ lines, name, t, list }: LinesProps) {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = box.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight; // who reads further up is left there
  }, [lines]);
  const scrolled = (e: Event) => {
    const { scrollTop, scrollHeight, clientHeight } = e.currentTarget as HTMLElement;
    atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="text-lines" aria-label={t('text.lines')} tabIndex={0} ref={box} onScroll={scrolled}>
      {lines.length === 0 && <p class="small">{t('text.empty')}</p>}
      <ol ref={list}>
        {lines.map((line) => (
          <li key={line.id} class={line.participant === '' ? 'own' : 'other'} data-participant={line.participant}>
            <span class="writer">{t('text.says', { name: name(line.participant) })}</span>{' '}
            <span class="what" dir="auto">
              <Words text={line.text} t={t} />
            </span>
            {!line.end && (
              <span class="writing">
                <Icon name="keyboard" /> {t('text.writing')}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The text; where some was lost stands the mark, in words for those who do not see it. */
function Words({ text, t }: { text: string; t: PanelTexts }) {
  const [first = '', ...rest] = text.split(MISSING);
  return (
    <>
      {first}
      {rest.map((part, i) => (
        <span key={i}>
          <mark>
            {MISSING}
            <span class="only-heard"> ({t('text.missing')}) </span>
          </mark>
          {part}
        </span>
      ))}
    </>
  );
}

/** Where one types. The element keeps its own value: while an input method composes nobody may touch it. */
function Writing({ text, alone, t }: { text: RealTimeText; alone: boolean; t: PanelTexts }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const state = text.state.value;
  const edit = () => {
    const element = area.current;
    if (!element) return;
    text.edit(element.value);
    if (element.value.includes('\n')) element.value = text.draft.peek(); // finished lines stand in the list
  };
  const input = (e: Event) => {
    if (!(e as InputEvent).isComposing || composesWords) edit();
  };
  /** The line ends as a whole, wherever the caret stands. */
  const end = (e: Event) => {
    const element = area.current;
    if ((e as InputEvent).inputType !== 'insertLineBreak' || !element) return;
    e.preventDefault();
    text.edit(`${element.value}\n`);
    element.value = '';
  };
  const words = state === 'full' ? t('text.full') : alone ? t('text.alone') : state === 'waiting' && t('text.waiting');
  return (
    <>
      <Field label={t('text.own')} hint={t('text.hint')}>
        {(bound) => (
          <textarea
            {...bound}
            ref={area}
            rows={2}
            defaultValue={text.draft.peek()}
            readOnly={alone || state === 'full'}
            dir="auto"
            onBeforeInput={end}
            onInput={input}
            onCompositionEnd={edit}
          />
        )}
      </Field>
      <div role="status" class="small">
        {words && <p class="notice">{words}</p>}
      </div>
    </>
  );
}

/** Keyboards of Android compose every word, of any language: to wait for its end would not be letter by letter. */
const composesWords = /Android/.test(navigator.userAgent);

/** Says what the others have written, a line at a time, not letter by letter. */
function ReadOut({ text, name }: { text: RealTimeText; name: (id: string) => string }) {
  return <StatusRegion text={useReadOut(text.lines.value, textSpoken.value, name)} />;
}

async function copied(list: HTMLElement, lines: readonly Line[], name: (id: string) => string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(lines.map((l) => `${name(l.participant)}: ${l.text}`).join('\n'));
    return true;
  } catch {
    getSelection()?.selectAllChildren(list);
    return document.execCommand('copy');
  }
}
