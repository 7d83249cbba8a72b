import type { ComponentProps } from 'react';

const looks = {
  primary: 'bg-accent text-on-accent px-5 font-semibold',
  quiet: 'text-soft hover:text-ink hover:bg-sunken px-2.5',
  line: 'border-edge hover:bg-sunken border px-4',
};

export type ButtonLook = keyof typeof looks;

/** The classes of a button; a target of 44 px whatever it holds. */
export function buttonClass(look: ButtonLook, more = ''): string {
  return `inline-flex h-target min-w-target shrink-0 items-center justify-center gap-2 rounded-md text-sm disabled:opacity-60 aria-disabled:opacity-60 ${looks[look]} ${more}`;
}

export function PlainButton({
  look = 'line',
  className = '',
  ...props
}: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type="button" {...props} className={buttonClass(look, className)} />;
}
