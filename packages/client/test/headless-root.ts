import { act, type ReactNode } from 'react';
import { vi } from 'vitest';

/** A React root without a document, for components that render nothing: the hooks are real, and so is React. */
export interface HeadlessRoot {
  render(children: ReactNode): Promise<void>;
  unmount(): Promise<void>;
}

/** Runs `change` and all renders and effects that it brings about. */
export const settle = (change: () => void): Promise<void> => act(async () => change());

export async function createHeadlessRoot(): Promise<HeadlessRoot> {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('HTMLIFrameElement', function HTMLIFrameElement() {});
  const { createRoot } = await import('react-dom/client');
  const nothing = () => undefined;
  const ownerDocument = { nodeType: 9, nodeName: '#document', addEventListener: nothing, activeElement: null };
  const container = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument, addEventListener: nothing };
  // All that React asks of a container that stays empty.
  const root = createRoot({ ...container, firstChild: null, lastChild: null } as unknown as Element);
  return {
    render: (children) => settle(() => root.render(children)),
    unmount: () => settle(() => root.unmount()),
  };
}
