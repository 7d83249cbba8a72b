/** The pages of the site, as the sidebar shows them: paths, or patterns in the order of names. A test finds missing ones. */
export const navigation: readonly { readonly title: string; readonly pages: readonly string[] }[] = [
  { title: 'Start', pages: ['README.md', 'CHANGELOG.md'] },
  { title: 'Use', pages: ['docs/guides/*.md', 'packages/client/README.md', 'packages/client/SPEC.md'] },
  { title: 'Reference', pages: ['docs/reference/*.md'] },
  {
    title: 'Understand',
    pages: [
      'docs/architecture.md',
      'docs/flows.md',
      'docs/gateway.md',
      'docs/detection.md',
      'docs/capacity.md',
      'docs/glossary.md',
      'docs/requirements.md',
      'docs/requirements-status.md',
    ],
  },
  { title: 'Decisions', pages: ['docs/decisions/*.md'] },
  {
    title: 'Change',
    pages: ['CONTRIBUTING.md', 'docs/plan.md', 'packages/moments/README.md', 'bench/rivals/README.md'],
  },
];
