/** The breakdown: for each kind of figure a chart, and beside it the table that says the same. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Count, Statistics, StatisticsRow } from '../../client/protocol';
import { type Bar, Bars } from './bars.tsx';
import { countText, durationText, numberText, rowText, spreadTexts, type Words } from './texts';

interface Kind {
  key: 'fates' | 'wait' | 'talk' | 'open';
  columns: readonly string[];
  cells: (row: StatisticsRow) => string[];
  bar: (row: StatisticsRow) => Omit<Bar, 'label'>;
  /** What a full and what a hatched bar is. */
  legend: readonly [string, string?];
}

export function Charts({ figures, words }: { figures: Statistics; words: Words }) {
  if (!figures.by || figures.rows.length === 0) return null;
  return (
    <>
      {kinds(words)
        .filter((kind) => makesSense(kind, figures))
        .map((kind) => (
          <Chart key={kind.key} kind={kind} figures={figures} words={words} />
        ))}
    </>
  );
}

/** Hours and topics know no open minutes, clerks no tickets. */
function makesSense(kind: Kind, { rows }: Statistics): boolean {
  if (kind.key === 'open') return rows.some((row) => row.minutes_open !== undefined);
  return kind.key === 'talk' || rows.some((row) => row.drawn !== undefined);
}

function kinds(words: Words): Kind[] {
  const count = (c: Count | undefined) => countText(c, words);
  const minutes = (n: number | undefined) => (n === undefined ? words('hidden.unknown') : numberText(n, words.lang));
  const times = [words('table.median'), words('table.mean'), words('table.p90')];
  const isHidden = (c: Count | undefined) => c?.hidden !== undefined;
  return [
    {
      key: 'fates',
      columns: (['drawn', 'served', 'left', 'missed', 'closed'] as const).map((name) => words(`table.${name}`)),
      cells: (row) => [row.drawn, row.served, row.left, row.missed, row.closed].map(count),
      bar: (row) => ({
        length: row.drawn?.n ?? row.served?.n,
        part: row.served?.n ?? 0,
        text: count(row.drawn),
        hidden: isHidden(row.drawn),
      }),
      legend: [words('legend.served'), words('legend.drawn')],
    },
    {
      key: 'wait',
      columns: times,
      cells: (row) => spreadTexts(row.wait, words),
      bar: (row) => ({
        length: row.wait?.p90,
        part: row.wait?.median,
        text: row.wait
          ? `${durationText(row.wait.median, words)} / ${durationText(row.wait.p90, words)}`
          : words('hidden.unknown'),
        hidden: isHidden(row.served),
      }),
      legend: [words('legend.median'), words('legend.p90')],
    },
    {
      key: 'talk',
      columns: [words('table.visits'), words('table.participants'), words('table.talking'), ...times],
      cells: (row) => [
        count(row.visits),
        count(row.participants),
        minutes(row.minutes_talking),
        ...spreadTexts(row.talk, words),
      ],
      bar: (row) => ({ length: row.visits?.n, text: count(row.visits), hidden: isHidden(row.visits) }),
      legend: [words('legend.visits')],
    },
    {
      key: 'open',
      columns: [words('table.open')],
      cells: (row) => [minutes(row.minutes_open)],
      bar: (row) => ({ length: row.minutes_open, text: minutes(row.minutes_open), hidden: false }),
      legend: [words('legend.open')],
    },
  ];
}

function Chart({ kind, figures, words }: { kind: Kind; figures: Statistics; words: Words }) {
  const id = useId();
  const by = figures.by || 'day';
  const title = words(`chart.${kind.key}`, { by: words(`by.${by}`) });
  const bars = figures.rows.map((row) => ({ label: rowText(row, by, words), ...kind.bar(row) }));
  const [full, hatched] = kind.legend;
  return (
    <section class="figure" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div class="beside">
        <div>
          <Bars title={title} bars={bars} names={by === 'office' || by === 'topic' || by === 'clerk'} words={words} />
          <p class="legend small" aria-hidden="true">
            <Key full>{full}</Key>
            {hatched && <Key>{hatched}</Key>}
          </p>
          {(kind.key === 'wait' || kind.key === 'talk') && <p class="small muted">{words('table.minutes')}</p>}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: where it is wider than its place it scrolls, by keyboard too */}
        <section class="scrolls" aria-labelledby={id} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words(`by.${by}`)}</th>
                {kind.columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {figures.rows.map((row) => (
                <Line key={row.key} head={rowText(row, by, words)} cells={kind.cells(row)} />
              ))}
            </tbody>
            <tfoot>
              <Line head={words('table.total')} cells={kind.cells(figures.total)} />
            </tfoot>
          </table>
        </section>
      </div>
    </section>
  );
}

function Line({ head, cells }: { head: string; cells: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{head}</th>
      {cells.map((cell, i) => (
        <td key={i}>{cell}</td>
      ))}
    </tr>
  );
}

function Key({ full, children }: { full?: boolean; children: ComponentChildren }) {
  const hatch = useId();
  return (
    <span>
      <svg width="22" height="14" class="bars" aria-hidden="true">
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" class="gap" />
          <rect width="2.500" height="6" class="full" />
        </pattern>
        <rect
          x="1"
          y="1"
          width="20"
          height="12"
          class={full ? 'full' : 'whole'}
          fill={full ? undefined : `url(#${hatch})`}
        />
      </svg>
      {children}
    </span>
  );
}
