<?php

/** Call one method of the client as standard input says; print what came of it. */

declare(strict_types=1);
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message): bool {
    if (!(error_reporting() & $level)) {
        return false; // silenced with @
    }
    throw new ErrorException($message);
});
require dirname(__DIR__, 2) . '/clients/php/YBBDataProcessor.php';

$asked = json_decode((string) stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
if ($asked['is_latin1'] ?? false) {
    array_walk_recursive($asked['arguments'], static function (&$value): void {
        $value = is_string($value) ? iconv('UTF-8', 'ISO-8859-1', $value) : $value;
    });
}
try {
    $client = new YBBDataProcessor(
        $asked['url'],
        $asked['timeout'] ?? 60,
        $asked['key'] ?? '',
        $asked['settings'] ?? []
    );
    $found = $client->{$asked['method']}(...$asked['arguments']);
    $is_text = is_string($found);
    $said = $is_text ? ['base64' => base64_encode($found)] : ['value' => $found];
} catch (YBBDataProcessorException $error) {
    $said = ['error' => [
        'message' => $error->getMessage(),
        'error_code' => $error->getErrorCode(),
        'status' => $error->getHttpStatus(),
        'request_id' => $error->getRequestId(),
        'hint' => $error->getHint(),
    ]];
}
echo json_encode($said + ['peak_bytes' => memory_get_peak_usage(true)], JSON_THROW_ON_ERROR);
