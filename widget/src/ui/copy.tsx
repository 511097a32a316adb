/** Copy: lines to be copied, readable and selectable, with a button that says when it is done. */
import { useId, useRef, useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Field } from './field.tsx';

interface CopyProps {
  label: string;
  hint?: string | undefined;
  text: string;
  /** Texts of the button, and of what it says: copied; selected, where the browser lets nobody copy by a script. */
  words: { copy: string; copied: string; select: string };
}

export function Copy(p: CopyProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  const id = useId();
  const copy = async () => {
    if (!area.current) return;
    setSaid((await copyText(area.current)) ? p.words.copied : p.words.select);
  };
  return (
    <div class="copy">
      <Field label={p.label} hint={p.hint}>
        {(bound) => (
          <textarea {...bound} ref={area} readOnly spellcheck={false} rows={p.text.split('\n').length} value={p.text} />
        )}
      </Field>
      <div class="copy-button">
        <Button kind="ghost" onClick={copy} label={`${p.words.copy}: ${p.label}`}>
          {p.words.copy}
        </Button>
        <span id={id} role="status">
          {said}
        </span>
      </div>
    </div>
  );
}

/** Without https, or where a policy forbids it, there is no clipboard: then the old way, and the text stays selected. */
async function copyText(area: HTMLTextAreaElement): Promise<boolean> {
  area.select();
  try {
    await navigator.clipboard.writeText(area.value);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}
