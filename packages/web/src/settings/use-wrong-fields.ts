import { useState } from 'react';

/** Fields that hold what is no value; what was typed stays in them. */
export interface WrongFields {
  readonly any: boolean;
  /** rises when the fields are to show the values again */
  readonly generation: number;
  note(field: string): (isWrong: boolean) => void;
  clear(): void;
}

export function useWrongFields(): WrongFields {
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const [generation, setGeneration] = useState(0);
  return {
    any: wrong.size > 0,
    generation,
    note: (field) => (isWrong) =>
      setWrong((before) => new Set([...before].filter((name) => name !== field).concat(isWrong ? field : []))),
    clear() {
      setWrong(new Set());
      setGeneration((before) => before + 1);
    },
  };
}
