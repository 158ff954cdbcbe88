import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';

/** A sentence with a mark, however long: a StatusIndicator would break it within words. */
export function Note({ type, children }: { type: 'warning' | 'error'; children: string }) {
  return (
    <Box color={`text-status-${type}`}>
      <span className="assay-note">
        <Icon name={type === 'warning' ? 'status-warning' : 'status-negative'} variant={type} />
        <span>{children}</span>
      </span>
    </Box>
  );
}
