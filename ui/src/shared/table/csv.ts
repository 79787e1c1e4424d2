// CSV as RFC 4180 has it, with an apostrophe before what a spreadsheet would run as a formula.
export type CsvCell = string | number | boolean | null | undefined;

function cellOf(value: CsvCell): string {
    if (value === null || value === undefined) {
        return '';
    }
    const text = typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(columns: string[], rows: CsvCell[][]): string {
    return [columns, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n') + '\r\n';
}

export function download(name: string, content: Blob): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function downloadCsv(name: string, columns: string[], rows: CsvCell[][]): void {
    // The mark tells spreadsheets that it is UTF-8.
    download(`${name}.csv`, new Blob(['\ufeff', csvOf(columns, rows)], { type: 'text/csv;charset=utf-8' }));
}
