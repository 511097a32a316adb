/** The four ways onto a page, from the best to the one that needs no page at all. */
import type { Embedding } from '../../protocol.gen.ts';
import { Copy } from '../../ui/copy.tsx';
import { anchorLine, type Choice, frameLine, linkOf, posterAddress, scriptLines } from './lines';
import type { Say } from './texts';

export function copyWords(say: Say) {
  return { copy: say('copy'), copied: say('copied'), select: say('copy.select') };
}

export function Ways({ data, choice, say }: { data: Embedding; choice: Choice; say: Say }) {
  const words = copyWords(say);
  return (
    <section class="ways">
      <h2>{say('ways.title')}</h2>
      <h3>{say('way.script')}</h3>
      <p>{say('way.script_text')}</p>
      <Copy label={say('way.script_line')} text={scriptLines(data, choice)} words={words} />
      <h3>{say('way.frame')}</h3>
      <p>{say('way.frame_text')}</p>
      <Copy label={say('way.frame_line')} text={frameLine(data)} words={words} />
      <h3>{say('way.link')}</h3>
      <p>{say('way.link_text')}</p>
      <Copy label={say('way.link_line')} text={anchorLine(data, choice)} words={words} />
      <Copy label={say('way.link_address')} text={linkOf(data, choice)} words={words} />
      <h3>{say('way.poster')}</h3>
      <p>{say('way.poster_text')}</p>
      <ul>
        <li>
          <a href={posterAddress('')} download>
            {say('poster.all')}
          </a>
        </li>
        {data.offices.map((office) => (
          <li key={office.slug}>
            <a href={posterAddress(office.slug)} download>
              {say('poster.office', { office: say.of(office.name) })}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
