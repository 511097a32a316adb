// Where a part that is fetched later stands: until it is here, that is said; if it does not come, so is that.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Coming } from '../stage/coming.tsx';
import { useApp } from './context.ts';
import type { Parts } from './later.ts';
import { Contact } from './links.tsx';

type Children = (parts: Parts) => ComponentChildren;

/** `said`: a live region is around it already. */
export function Part({ children, said }: { children: Children; said?: boolean }) {
  const { later } = useApp();
  const parts = later.parts.value;
  useEffect(() => void later.want(), [later]);
  if (parts) return <>{children(parts)}</>;
  return <Coming failed={later.failed.value} again={() => void later.want()} said={said} />;
}

/** A whole screen: if it does not come, the other ways to the office stand there. */
export function ScreenPart({ children }: { children: Children }) {
  const { later } = useApp();
  if (later.parts.value) return <Part>{children}</Part>;
  return (
    <section class="card">
      <Part>{children}</Part>
      {later.failed.value && <Contact />}
    </section>
  );
}

/** What is folded away until it is asked for. */
export function Folded({ title, children }: { title: string; children: Children }) {
  const { later } = useApp();
  const [opened, setOpened] = useState(false);
  return (
    <details class="about" onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>{title}</summary>
      {(opened || later.parts.value) && <Part>{children}</Part>}
    </details>
  );
}
