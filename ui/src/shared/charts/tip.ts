// Tooltips are built as nodes with text, never as markup: names come from outside.
export interface TipRow {
    color?: string;
    label: string;
    value: string;
}

export function tip(title: string, rows: TipRow[]): HTMLElement {
    const box = document.createElement('div');
    const head = box.appendChild(document.createElement('div'));
    head.textContent = title;
    head.style.fontWeight = '600';
    head.style.maxWidth = '320px';
    head.style.whiteSpace = 'normal';
    for (const row of rows) {
        const line = box.appendChild(document.createElement('div'));
        line.style.display = 'flex';
        line.style.gap = '12px';
        line.style.justifyContent = 'space-between';
        const label = line.appendChild(document.createElement('span'));
        if (row.color) {
            const dot = label.appendChild(document.createElement('span'));
            Object.assign(dot.style, {
                display: 'inline-block',
                width: '8px',
                height: '8px',
                borderRadius: '50%',
                background: row.color,
                marginInlineEnd: '6px',
            });
        }
        label.appendChild(document.createTextNode(row.label));
        const value = line.appendChild(document.createElement('span'));
        value.textContent = row.value;
        value.style.fontVariantNumeric = 'tabular-nums';
    }
    return box;
}
