import type { ReactNode } from 'react';

/** Drawn on a 20 × 20 grid in the colour of the text around them; the name stands beside or in a label. */
function Icon({ children, className = 'size-5' }: { children: ReactNode; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
    >
      {children}
    </svg>
  );
}

interface IconProps {
  className?: string;
}

/** Rows of seats around a stage. */
export const Mark = ({ className = 'size-6' }: IconProps) => (
  <Icon className={className}>
    <path d="M2.5 15a7.5 7.5 0 0 1 15 0" />
    <path d="M6.25 15a3.75 3.75 0 0 1 7.5 0" />
    <circle cx="10" cy="15" r="1" fill="currentColor" stroke="none" />
  </Icon>
);

export const ChevronDown = (props: IconProps) => (
  <Icon {...props}>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);

export const Sliders = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 6h8m4 0h2M3 14h2m4 0h8" />
    <circle cx="13" cy="6" r="2" />
    <circle cx="7" cy="14" r="2" />
  </Icon>
);

export const Eye = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="10" cy="10" r="3.25" />
    <path d="M10 2.5v1.25m0 12.5v1.25m7.5-7.5h-1.25M3.75 10H2.5m12.8-5.3-.88.88M5.58 14.42l-.88.88m10.6 0-.88-.88M5.58 5.58l-.88-.88" />
  </Icon>
);

export const Pause = (props: IconProps) => (
  <Icon {...props}>
    <path d="M7.5 5v10m5-10v10" />
  </Icon>
);

export const Play = (props: IconProps) => (
  <Icon {...props}>
    <path d="m7 5 8 5-8 5z" />
  </Icon>
);

export const Table = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 5h14v10H3zM3 8.5h14M8 8.5V15" />
  </Icon>
);

export const Bars = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 16v-4m4 4V8m4 8V4m4 12v-6" />
  </Icon>
);

export const Cross = (props: IconProps) => (
  <Icon {...props}>
    <path d="m5.5 5.5 9 9m0-9-9 9" />
  </Icon>
);

export const Plus = (props: IconProps) => (
  <Icon {...props}>
    <path d="M10 4.5v11m-5.5-5.5h11" />
  </Icon>
);

export const Minus = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.5 10h11" />
  </Icon>
);

export const Check = (props: IconProps) => (
  <Icon {...props}>
    <path d="m4.5 10.5 3.5 3.5 7.5-8" />
  </Icon>
);

export const Copy = (props: IconProps) => (
  <Icon {...props}>
    <path d="M7 7h9v9H7zM4 13V4h9" />
  </Icon>
);

export const People = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="7.5" cy="7" r="2.75" />
    <path d="M2.5 16a5 5 0 0 1 10 0m.5-11.5a2.75 2.75 0 0 1 0 5.2m2 2.1a5 5 0 0 1 2.5 4.2" />
  </Icon>
);
