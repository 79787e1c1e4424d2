import { Code } from '@mantine/core';

/** JSON as it is, or words in its place. In the order of the keys, for what is long scrolls. */
export function JsonBlock({ value }: { value: unknown }) {
    return (
        <Code block tabIndex={0} dir="auto">
            {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
        </Code>
    );
}
