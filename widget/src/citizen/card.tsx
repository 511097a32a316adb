import type { ComponentChildren } from 'preact';
import type { Refusal } from '../client/api.ts';
import { Alert } from '../ui/alert.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

/** A page with one message: heading, words, next steps. */
export function Card(p: {
  title: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  /** Below the actions: what is not the next step. */
  after?: ComponentChildren;
  kind?: string;
}) {
  return (
    <section class={`card${p.kind ? ` ${p.kind}` : ''}`}>
      <Heading>{p.title}</Heading>
      {p.children}
      {p.actions && <div class="actions">{p.actions}</div>}
      {p.after}
    </section>
  );
}

/** The heading of a screen, which takes the focus when the element that had it is gone. Below the town's own h1. */
export function Heading({ children, class: extra }: { children: ComponentChildren; class?: string }) {
  const Level = useApp().host.framed ? 'h2' : 'h1';
  return (
    <Level class={`heading${extra ? ` ${extra}` : ''}`} tabIndex={-1} data-heading="">
      {children}
    </Level>
  );
}

export function SubHeading({ children }: { children: ComponentChildren }) {
  const Level = useApp().host.framed ? 'h3' : 'h2';
  return <Level class="sub-heading">{children}</Level>;
}

/** What a refusal says to the citizen. Its sentence may still be on its way: empty. */
export function useSentence(): (refusal: Refusal) => string {
  const t = useT();
  const { later } = useApp();
  return (refusal) =>
    t.maybe(`error.${refusal.key}`) ?? t.maybe('error.internal') ?? (later.failed.value ? t('error.offline') : '');
}

/** The refusal of what was last tried here. The region is always there. */
export function Refused() {
  const refusal = useApp().refusal.value;
  const sentence = useSentence();
  return <Alert>{refusal ? sentence(refusal) || null : null}</Alert>;
}
