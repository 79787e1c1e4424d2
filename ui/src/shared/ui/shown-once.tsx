import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What is not shown again, or should not be looked at longer than needed: whole, with a way to copy it. */
export function ShownOnce({ value, children }: { value: string; children: string }) {
    const { t } = useTranslation();
    return (
        <Stack gap="xs">
            <Text>{children}</Text>
            <Code block className="wrap" dir="ltr">
                {value}
            </Code>
            <Group justify="flex-end">
                <CopyButton value={value}>
                    {({ copied, copy }) => <Button onClick={copy}>{copied ? t('Copied') : t('Copy')}</Button>}
                </CopyButton>
            </Group>
        </Stack>
    );
}
