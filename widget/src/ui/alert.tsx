import { type ComponentChildren, toChildArray } from 'preact';
import { Icon } from './icon.tsx';

interface AlertProps {
  /** Empty: the region stays in the document, silent, so that the next text is heard. */
  children?: ComponentChildren;
  /** notice: read out when the reader has time, and less red. */
  kind?: 'alert' | 'notice';
  class?: string;
}

export function Alert({ children, kind = 'alert', class: extra }: AlertProps) {
  const empty = toChildArray(children).every((child) => child === '');
  return (
    <div role={kind === 'alert' ? 'alert' : 'status'} class={extra}>
      {!empty && (
        <div class={kind === 'alert' ? 'alert' : 'alert notice'}>
          <Icon name="warning" />
          <div>{children}</div>
        </div>
      )}
    </div>
  );
}
