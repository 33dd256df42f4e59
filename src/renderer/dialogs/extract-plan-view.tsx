import { counted } from '../state/extraction.ts';
import { PlanPreview } from './plan-preview.tsx';
import type { ExtractPreview } from './use-extract-plan.ts';

/** What would change, or why it cannot be. */
export function ExtractPlanView({ preview }: { preview: ExtractPreview }) {
  switch (preview.kind) {
    case 'looking':
      return <p className="hint">Looking at what would change…</p>;
    case 'taken':
      return null;
    case 'problem':
      return (
        <p className="problem" role="alert">
          {preview.message}
        </p>
      );
    case 'plan': {
      const { makes, notes, trashes } = preview.plan;
      const made = makes.length === 0 ? '' : `${counted(makes.length, 'new note')}, `;
      const gone = trashes.length === 0 ? '' : `, ${counted(trashes.length, 'note')} to the trash`;
      return (
        <PlanPreview
          plan={preview.plan}
          summary={`${made}${counted(notes.length, 'note')} changed${gone}.`}
        />
      );
    }
  }
}
