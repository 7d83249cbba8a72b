import type { JudgeContext, WindowDetector } from '@ovation/moments';
import { ratio } from '@ovation/moments';
import type { Sabotage } from '../sabotage.ts';

/** One window's state of `ratio` as its snapshot has it. */
type RatioState = ReturnType<typeof ratio.start>;

/** `ratio` with one broken rule; undefined for switches of other parts. For tests only. */
export function sabotagedRatio(sabotage: Sabotage): WindowDetector<never> | undefined {
  const broken: Partial<Record<Sabotage, Partial<WindowDetector<RatioState>>>> = {
    'judged-by-multiples': { onActivity: judgedByMultiples },
    'threshold-inclusive': {
      onActivity: (window, state, context) => ratio.onActivity(window, state, withEquals(context)),
      onClose: (window, state, context) => ratio.onClose(window, state, withEquals(context)),
    },
    'every-judgement-a-revision': {
      onActivity(window, state, context) {
        for (const said of Object.values(state.published)) said.at = 0;
        return ratio.onActivity(window, state, context);
      },
    },
    'unjudged-windows-speak': {
      onClose: (window, state, context) => ratio.onClose(window, { ...state, judged: 1 }, context),
    },
    'moments-withdrawn': {
      onClose: (...closing) => ratio.onClose(...closing).filter(({ holds }) => holds),
    },
  };
  const methods = broken[sabotage];
  // The list of detectors hides the state type of each detector.
  return methods && ({ ...ratio, ...methods } as WindowDetector<never>);
}

const judgedByMultiples: WindowDetector<RatioState>['onActivity'] = (window, state, context) => {
  const before = state.judged;
  const findings = ratio.onActivity(window, state, context);
  if (state.judged !== before) state.judged = before + context.analysis.interval;
  return findings;
};

function withEquals({ analysis, appendedAt }: JudgeContext): JudgeContext {
  return { appendedAt, analysis: { ...analysis, threshold: analysis.threshold - 1e-9 } };
}
