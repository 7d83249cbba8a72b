import { examine } from '../../compose/examine.ts';
import type { Finding } from '../../ports/finding.ts';
import { flag, text } from '../command-options.ts';
import { defineCommand } from '../define-command.ts';
import { folderOption, readConfig } from '../read-config.ts';
import { counted, printable } from '../terminal/text.ts';

const MARKS = { ok: 'ok', warning: 'warning', problem: 'problem' } as const;

export const doctorCommand = defineCommand({
  name: 'doctor',
  about:
    'Checks what the configuration names: data folder, disk and port; brokers, topics and rights in Kafka; rights and version of Redis; version, tables, rights and connections of PostgreSQL; the clocks of all. Says of each problem how to mend it. Exit code 1: there is a problem. In Kafka it makes a topic ovation-doctor-... and deletes it again; everything else stays as it is.',
  options: {
    json: flag('print the findings as JSON'),
    roles: text('LIST', 'roles of the process that is to start, with commas'),
    port: text('PORT', 'its port; without it PORT, else 8080'),
    'data-dir': folderOption,
  },
  async run({ options: { 'data-dir': dataDir, json, port, roles } }, io) {
    const findings = await examine(readConfig({ dataDir, port, roles }));
    io.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : render(findings));
    return findings.some(({ state }) => state === 'problem') ? 'failed' : 'fine';
  },
});

function render(findings: readonly Finding[]): string {
  const width = Math.max(...Object.values(MARKS).map((mark) => mark.length));
  const lines = findings.map((finding) => {
    const line = `${MARKS[finding.state].padEnd(width)}  ${finding.subject}: ${finding.says.replace(/\.$/, '')}.`;
    return printable(finding.state === 'ok' ? line : `${line} ${finding.mend}`);
  });
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const sum = `${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}`;
  return `${lines.join('\n')}\n\n${sum}\n`;
}
