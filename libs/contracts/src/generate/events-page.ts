import { EVENT_LIST } from '../events/registry.js';
import { TOPICS, type Topic } from '../topic.js';
import { sampleName } from './repository.js';
import type { Use } from './usage.js';

const DAY = 86_400_000;

/** The page that says which service tells which, in a picture and in tables. */
export function eventsPage(uses: readonly Use[]): string {
  return `# Events

Made by \`npm run generate\` from the declarations in \`libs/contracts/src\` and from what the services publish and handle; do not edit.
The shape of each event: [\`schemas/\`](schemas). The same for machines: [\`asyncapi.json\`](asyncapi.json).

\`\`\`mermaid
flowchart LR
${edges(uses).join('\n')}
\`\`\`

| topic | event | from | to |
| --- | --- | --- | --- |
${TOPICS.flatMap((topic) => rowsOf(topic, uses)).join('\n')}

| topic | key | partitions | keeps | what |
| --- | --- | --- | --- | --- |
${TOPICS.map((topic) => `| \`${topic.name}\` | ${topic.key} | ${topic.partitions} | ${keeps(topic)} | ${topic.description} |`).join('\n')}

What a group cannot apply goes to \`<topic>.<group>.dlq\`, bytes and headers untouched, and stays there for 14 days.
`;
}

function rowsOf(topic: Topic, uses: readonly Use[]): string[] {
  return EVENT_LIST.filter((event) => event.topics.includes(topic)).map((event) => {
    const by = (action: Use['action']) =>
      uses
        .filter((use) => use.action === action && use.event === event && use.topic === topic)
        .map((use) => use.service)
        .join(', ') || '-';
    return `| \`${topic.name}\` | [\`${event.type}\`](schemas/${sampleName(event)}.json) | ${by('send')} | ${by('receive')} |`;
  });
}

function edges(uses: readonly Use[]): string[] {
  const lines = uses.map(({ service, action, topic }) => {
    const node = `${topic.name.replaceAll('.', '_')}[/"${topic.name}"/]`;
    return action === 'send' ? `  ${service} --> ${node}` : `  ${node} --> ${service}`;
  });
  return [...new Set(lines)].sort();
}

const keeps = ({ cleanup, retentionMs }: Topic): string =>
  cleanup === 'compact' ? 'the last of every key' : `${retentionMs / DAY} days`;
