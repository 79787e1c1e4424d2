import { Table } from '@mantine/core';
import { useFormat } from '@/shared/format/use-format';
import { digitsFor, type Interval } from './metrics';

/** A cell of a figure with its interval. */
export function Estimate({ of }: { of: Interval | undefined }) {
    const format = useFormat();
    if (!of) {
        return <Table.Td ta="end">–</Table.Td>;
    }
    const digits = digitsFor(of.value);
    const [value, lower, upper] = [of.value, of.lower, of.upper].map((x) => format.decimal(x, digits));
    return (
        <Table.Td ta="end" className="num">
            <span dir="ltr">
                {value} <span className="quiet small">{`${lower} – ${upper}`}</span>
            </span>
        </Table.Td>
    );
}
