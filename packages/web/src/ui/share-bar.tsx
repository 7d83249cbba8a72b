import type { CSSProperties, ReactNode } from 'react';

interface ShareBarProps {
  share: number;
  /** colour of what is filled: a class, or a style */
  fill?: string;
  style?: CSSProperties;
  children?: ReactNode;
}

/** A bar for a share of one. */
export function ShareBar({ share, fill = '', style, children }: ShareBarProps) {
  return (
    <span aria-hidden="true" className="bg-sunken relative h-2 min-w-0 flex-1 overflow-hidden rounded-sm">
      <span
        className={`share-fill absolute inset-0 origin-left ${fill}`}
        style={{ ...style, transform: `scaleX(${share})` }}
      />
      {children}
    </span>
  );
}
