/** The shapes of the page before the first snapshot, in their final sizes. */
export function PageSkeleton() {
  return (
    <>
      <div aria-busy="true">
        <div className="h-14" />
        <div className="stage" />
        <div className="bone plot-space" />
        <div className="mt-readout grid gap-x-10 pt-6 xs:grid-cols-2">
          {Array.from({ length: 8 }, (_, row) => (
            <div key={row} className="h-tally-row flex items-center">
              <div className="bone h-3 w-full" />
            </div>
          ))}
        </div>
      </div>
      <div>
        <div className="border-line h-14 border-b" />
        <div className="min-h-empty grid content-start gap-4 pt-5">
          {Array.from({ length: 4 }, (_, row) => (
            <div key={row} className="bone h-16" />
          ))}
        </div>
      </div>
    </>
  );
}
