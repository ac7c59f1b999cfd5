import type { ComponentChildren, VNode } from 'preact';
import type { Icon } from '../../../../../web/page/icons.tsx';

/** What stands where a list would, were there anything in it. */
export function Empty(props: { icon: Icon; title: string; children?: ComponentChildren }): VNode {
  const { icon: Icon, title, children } = props;
  return (
    <div class="empty">
      <Icon />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
