// Captions: the last that was said, as text, large and calm, and how it is to look.
import { useState } from 'preact/hooks';
import type { CaptionerLink } from '../client/protocol.ts';
import type { CaptionLine } from '../media/captions.ts';
import type { Line } from '../media/t140.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Radios } from '../ui/choice.tsx';
import { Copy } from '../ui/copy.tsx';
import { nameOf, useStage } from './context.ts';
import './panels-look.ts';
import { type CaptionColours, type CaptionSize, captionLook, captionWriters } from './panels.ts';
import type { PanelTexts } from './text-panel.tsx';
import { useStageText } from './texts.ts';

/** Lines shown at once. */
const SHOWN = 3;

/** The last lines of both sources in the order in which they began. Pure. */
export function latest(
  captions: readonly CaptionLine[],
  written: readonly Line[],
  writers: ReadonlySet<string>,
): { key: string; participant: string; text: string }[] {
  const typed = written.filter((line) => writers.has(line.participant) && line.text !== '');
  return [
    ...captions.map((c) => ({ key: `c${c.id}`, participant: c.participant, text: c.text, at: c.at })),
    ...typed.map((l) => ({ key: `t${l.id}`, participant: l.participant, text: l.text, at: l.at })),
  ]
    .sort((a, b) => a.at - b.at)
    .slice(-SHOWN);
}

export default function CaptionsPanel({ t }: { t: PanelTexts }) {
  const { conversation, awaited, captioner } = useStage();
  const words = useStageText();
  if (!conversation) return null;
  const others = conversation.others.value.map((other) => other.participant);
  const name = (id: string) => {
    if (id === conversation.self.value) return t('text.you');
    const who = others.find((p) => p.id === id);
    return who ? nameOf(who, awaited, words) : id;
  };
  const { size, colours } = captionLook.value;
  const all = latest(conversation.captions.lines.value, conversation.text.lines.value, captionWriters.value);
  const lines = size === 'huge' ? all.slice(-2) : all; // on a phone three would push the picture out of sight
  const served = conversation.room.value?.captioned === true;
  return (
    <section class="captions" aria-label={t('captions.title')}>
      <ol class={`caption-lines size-${size} colours-${colours}`}>
        {lines.map((line) => (
          <li key={line.key}>
            <span class="writer">{t('text.says', { name: name(line.participant) })}</span> {line.text}
          </li>
        ))}
        {lines.length === 0 && <li>{t(served ? 'captions.silence' : 'captions.none')}</li>}
      </ol>
      <details>
        <summary>{t('captions.look')}</summary>
        <div class="caption-paper caption-look">
          <Radios
            legend={t('captions.size')}
            value={size}
            onChange={(next) => {
              captionLook.value = { colours, size: next as CaptionSize };
            }}
            options={(['normal', 'large', 'huge'] as const).map((s) => ({ value: s, text: t(`captions.size.${s}`) }))}
          />
          <Radios
            legend={t('captions.colours')}
            value={colours}
            onChange={(next) => {
              captionLook.value = { size, colours: next as CaptionColours };
            }}
            options={(['light', 'dark', 'yellow'] as const).map((c) => ({
              value: c,
              text: t(`captions.colours.${c}`),
            }))}
          />
          <div>
            {others.map((p) => (
              <Checkbox
                key={p.id}
                label={t('captions.writer', { name: name(p.id) })}
                checked={captionWriters.value.has(p.id)}
                onChange={(on) => {
                  const writers = new Set(captionWriters.value);
                  if (on) writers.add(p.id);
                  else writers.delete(p.id);
                  captionWriters.value = writers;
                }}
              />
            ))}
          </div>
        </div>
      </details>
      {captioner && <Service captioner={captioner} t={t} />}
    </section>
  );
}

/** Of the clerk: hands the authority's own service what it needs for this conversation. */
function Service({ captioner, t }: { captioner: () => Promise<CaptionerLink>; t: PanelTexts }) {
  const [link, setLink] = useState<CaptionerLink>();
  const [failed, setFailed] = useState(false);
  const words = { copy: t('captions.copy'), copied: t('captions.copied'), select: t('captions.selected') };
  const issue = async () => {
    setFailed(false);
    try {
      setLink(await captioner());
    } catch {
      setFailed(true);
    }
  };
  return (
    <details>
      <summary>{t('captions.service')}</summary>
      <div class="caption-paper">
        <p class="small">{t('captions.service_hint')}</p>
        <Button kind="ghost" onClick={issue}>
          {t(link ? 'captions.issue_again' : 'captions.issue')}
        </Button>
        <div role="alert">{failed && <p class="notice">{t('captions.issue_failed')}</p>}</div>
        {link && (
          <>
            <Copy label={t('captions.address')} text={link.url} words={words} />
            <Copy label={t('captions.token')} text={link.token} words={words} />
          </>
        )}
      </div>
    </details>
  );
}
