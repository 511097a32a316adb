/** A message to all who wait at an office: written once, changed or taken back. */
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { useWork } from './context.tsx';
import { useText } from './texts';

/** As many as the server takes. */
const longest = 200;

const presets = ['message.later', 'message.back'] as const;

export function MessageDialog({ office, name, onClose }: { office: string; name: string; onClose: () => void }) {
  const text = useText();
  const work = useWork();
  const [words, setWords] = useState(work.client.offices.peek().get(office)?.message?.text ?? '');
  const empty = words.trim() === '';
  return (
    <Dialog
      title={text('message.title', { office: name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('message.cancel')}
          </Button>
          <Button onClick={() => work.tell(office, words.trim())} reason={empty ? text('message.empty') : undefined}>
            {text('message.do')}
          </Button>
        </>
      }
    >
      <p>{text('message.text')}</p>
      <fieldset class="presets">
        <legend>{text('message.presets')}</legend>
        {presets.map((key) => (
          <Button key={key} kind="ghost" onClick={() => setWords(text(key))}>
            {text(key)}
          </Button>
        ))}
      </fieldset>
      <TextArea
        label={text('message.own')}
        value={words}
        onInput={setWords}
        maxLength={longest}
        left={text('field.left', { n: longest - words.length })}
        autofocus
      />
    </Dialog>
  );
}
