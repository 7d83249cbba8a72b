/** What is wrong with a field, as the server said it. */
export function FieldProblem({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p role="alert" className="text-accent text-sm">
      {text}
    </p>
  );
}
