import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';
import { WarnIcon } from './icons.tsx';

/** What ties a control to its label, its hint and what is wrong with it. */
export interface Tied {
  id: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: 'true' | undefined;
}

export interface FieldProps {
  label: ComponentChildren;
  hint?: ComponentChildren;
  /** What is wrong with what stands in it. */
  wrong?: string | undefined;
  control(tied: Tied): VNode;
}

export function Field({ label, hint, wrong, control }: FieldProps): VNode {
  const id = useId();
  const said = [hint === undefined ? [] : `${id}-hint`, wrong === undefined ? [] : `${id}-wrong`].flat().join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control({
        id,
        'aria-describedby': said === '' ? undefined : said,
        'aria-invalid': wrong === undefined ? undefined : 'true',
      })}
      {wrong !== undefined && (
        <span id={`${id}-wrong`} class="wrong">
          <WarnIcon size={16} />
          {wrong}
        </span>
      )}
      {hint !== undefined && (
        <span id={`${id}-hint`} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
}

/** What else an input may be told. */
export interface InputTraits {
  type?: 'text' | 'number' | 'search';
  inputMode?: 'numeric' | 'text';
  placeholder?: string;
  list?: string;
  required?: boolean;
  maxLength?: number;
  min?: number;
  max?: number;
}

export interface TextFieldProps extends Omit<FieldProps, 'control'> {
  value: string;
  onValue(value: string): void;
  input?: InputTraits;
}

/** A line of text in a direction of its own. */
export function TextField({ value, onValue, input, ...field }: TextFieldProps): VNode {
  return (
    <Field
      {...field}
      control={(tied) => (
        <input
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          {...input}
          {...tied}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    />
  );
}

export interface SelectFieldProps<Value extends string> extends Omit<FieldProps, 'control'> {
  value: Value;
  options: readonly { value: Value; text: string }[];
  onValue(value: Value): void;
}

export function SelectField<Value extends string>(props: SelectFieldProps<Value>): VNode {
  const { value, options, onValue, ...field } = props;
  const pick = (text: string): void => {
    const option = options.find((one) => one.value === text);
    if (option !== undefined) onValue(option.value);
  };
  return (
    <Field
      {...field}
      control={(tied) => (
        <select {...tied} value={value} onChange={(event) => pick(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    />
  );
}
