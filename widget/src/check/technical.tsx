// The connection for the technician: figures in a table, copied as text without addresses.
import { useEffect, useState } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import { type Stat, type Technical, technicalOf, textOf } from '../media/technical.ts';
import { Copy } from '../ui/copy.tsx';
import type { Say } from './texts.ts';

const EVERY_MS = 2_000;

export function TechnicalFigures({ conversation, t }: { conversation: Conversation; t: Say }) {
  const now = useTechnical(conversation);
  if (!now) return <p class="small muted">{t('technical.soon')}</p>;
  const percent = (share: number | undefined) => (share === undefined ? '–' : `${(share * 100).toFixed(1)} %`);
  return (
    <>
      <p class="small">{t('technical.way', { way: now.way, ms: now.rtt ?? '–', kbit: now.uplink ?? '–' })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="technical" tabIndex={0} aria-label={t('technical.title')}>
        <table class="small">
          <thead>
            <tr>
              {(['line', 'codec', 'kbit', 'loss', 'jitter', 'picture', 'made', 'freezes'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(`technical.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {now.lines.map((line, i) => (
              <tr key={`${line.direction}${line.kind}${line.layer}${i}`}>
                <th scope="row">
                  {t(`technical.${line.direction}.${line.kind}`)} {line.layer}
                </th>
                <td>{line.codec}</td>
                <td>{line.kbit}</td>
                <td>{percent(line.loss)}</td>
                <td>{line.jitter ?? '–'}</td>
                <td>
                  {line.size || '–'} {line.fps !== undefined && `${line.fps}/s`} {line.limited}
                </td>
                <td>{percent(line.concealed)}</td>
                <td>{line.freezes ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Copy
        label={t('technical.text')}
        text={textOf(now)}
        words={{ copy: t('technical.copy'), copied: t('technical.copied'), select: t('technical.copy_failed') }}
      />
    </>
  );
}

function useTechnical(conversation: Conversation): Technical | undefined {
  const [now, setNow] = useState<Technical>();
  useEffect(() => {
    let before: { at: number; stats: Map<string, Stat> } | undefined;
    const look = async () => {
      const report = await conversation.report();
      if (!report) return;
      const at = performance.now();
      const stats = new Map([...(report as unknown as Map<string, Stat>).entries()]);
      if (before) setNow(technicalOf(before.stats, stats, (at - before.at) / 1000));
      before = { at, stats };
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [conversation]);
  return now;
}
