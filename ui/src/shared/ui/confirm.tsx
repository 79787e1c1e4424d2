import { Button, Group, List, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog';
import { Failed } from './states';

interface ConfirmProps {
    isOpen: boolean;
    onClose: () => void;
    /** A question that names the object: "Retire “Double points”?" */
    title: string;
    /** What it hits, named. */
    hits?: string[];
    children?: ReactNode;
    /** The verb of the button. */
    verb: string;
    isDangerous?: boolean;
    act: () => Promise<unknown>;
}

/** Asks before what cannot be undone or what customers will notice; an error stays in the dialog. */
export function Confirm({ isOpen, onClose, title, hits = [], children, verb, isDangerous, act }: ConfirmProps) {
    const { t } = useTranslation();
    const [isBusy, setBusy] = useState(false);
    const [error, setError] = useState<unknown>();
    const close = () => {
        setError(undefined);
        onClose();
    };
    const go = async () => {
        setBusy(true);
        setError(undefined);
        try {
            await act();
            close();
        } catch (problem) {
            setError(problem);
        } finally {
            setBusy(false);
        }
    };
    return (
        isOpen && (
            <Dialog onClose={close} title={title}>
                <Stack gap="md" className="wrap">
                    {children}
                    {hits.length > 0 && (
                        <List size="sm">
                            {hits.slice(0, 8).map((hit) => (
                                <List.Item key={hit}>
                                    <bdi>{hit}</bdi>
                                </List.Item>
                            ))}
                            {hits.length > 8 && <List.Item>{t('and {{n}} more', { n: hits.length - 8 })}</List.Item>}
                        </List>
                    )}
                    {error !== undefined && <Failed error={error} />}
                    <Group justify="flex-end">
                        <Button variant="default" onClick={close}>
                            {t('Cancel')}
                        </Button>
                        <Button color={isDangerous ? 'red.9' : undefined} loading={isBusy} onClick={() => void go()}>
                            {verb}
                        </Button>
                    </Group>
                </Stack>
            </Dialog>
        )
    );
}

/** A label above a value, as details show them. */
export function Fact({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
    return (
        <div className={className}>
            <Text component="dt" className="quiet small">
                {label}
            </Text>
            <Text component="dd" m={0} className="wrap">
                {typeof children === 'string' ? <bdi>{children}</bdi> : children}
            </Text>
        </div>
    );
}
