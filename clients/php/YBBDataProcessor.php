<?php

/**
 * The client of Entrepôt's export service: one file, without dependencies.
 *
 * Needs PHP 7.4 or later with ext-curl and ext-json.
 */

/** An answer that is not what was asked for, or none at all. */
class YBBDataProcessorException extends RuntimeException
{
    /** @var string e.g. VALIDATION_ERROR; CONNECTION_FAILED and UNEXPECTED_ANSWER are our own */
    private $errorCode;
    /** @var int 0 when there was no answer */
    private $httpStatus;
    /** @var string the server's log has what happened under it */
    private $requestId;
    /** @var array what else the server said, e.g. `hint` */
    private $details;

    public function __construct(
        string $message,
        string $errorCode,
        int $httpStatus = 0,
        string $requestId = '',
        array $details = [],
        ?Throwable $previous = null
    ) {
        parent::__construct($message, $httpStatus, $previous);
        $this->errorCode = $errorCode;
        $this->httpStatus = $httpStatus;
        $this->requestId = $requestId;
        $this->details = $details;
    }

    public function getErrorCode(): string
    {
        return $this->errorCode;
    }

    public function getHttpStatus(): int
    {
        return $this->httpStatus;
    }

    public function getRequestId(): string
    {
        return $this->requestId;
    }

    public function getHint(): string
    {
        return (string) ($this->details['hint'] ?? '');
    }

    public function getDetails(): array
    {
        return $this->details;
    }
}

/**
 * Sends rows to the service and brings files back.
 *
 * Every method throws YBBDataProcessorException, unless it says otherwise. A file is
 * only ever what the server calls one and what begins like one: an error or a
 * description that came instead is never saved under the file's name.
 */
class YBBDataProcessor
{
    /** Rows above which largeArrayToExcel() and processLargeData() send them in parts. */
    public const LARGE_ROWS = 5000;
    /** Rows of such a part; the server takes no more. */
    public const CHUNK_ROWS = 1000;

    private const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    private const FILE_TYPES = [self::EXCEL, 'text/csv', 'application/json', 'application/zip'];
    private const JSON_FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
        | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;
    private const LONGEST_PAUSE_SECONDS = 60;

    /** @var string */
    private $baseUrl;
    /** @var int */
    private $timeoutSeconds;
    /** @var string */
    private $apiKey;
    /** @var array{connect_timeout: int, retries: int, ca_file: string, verify_tls: bool, poll_seconds: float} */
    private $settings;

    /**
     * @param string $apiKey   of `entrepot keys add`, with the scopes exports:read and
     *                         exports:write; empty for a server that is open to this machine
     * @param array  $settings connect_timeout (seconds), retries (after 429 and 503),
     *                         ca_file, verify_tls (leave it on), poll_seconds
     */
    public function __construct(string $baseUrl, int $timeout = 300, string $apiKey = '', array $settings = [])
    {
        if (!preg_match('#^https?://[^\s]+$#i', $baseUrl)) {
            throw new InvalidArgumentException('the address must begin with http:// or https://');
        }
        $known = [
            'connect_timeout' => 10, 'retries' => 3, 'ca_file' => '', 'verify_tls' => true, 'poll_seconds' => 0.5,
        ];
        $unknown = array_diff_key($settings, $known);
        if ($unknown) {
            throw new InvalidArgumentException('no such setting: ' . implode(', ', array_keys($unknown)));
        }
        $this->baseUrl = rtrim($baseUrl, '/');
        $this->timeoutSeconds = $timeout;
        $this->apiKey = $apiKey;
        $this->settings = $settings + $known;
    }

    /** Says whether the service answers; throws nothing. */
    public function isServiceRunning(): bool
    {
        try {
            return ($this->healthCheck()['status'] ?? '') === 'healthy';
        } catch (YBBDataProcessorException $error) {
            return false;
        }
    }

    /** @return array e.g. ['status' => 'healthy'] */
    public function healthCheck(): array
    {
        return $this->getJson('/health');
    }

    /**
     * Makes a workbook of rows.
     *
     * @param array[]       $data          one array of column => value a row
     * @param string[]|null $columns       which columns, in this order; all when null
     * @param array         $formatOptions auto_width, header_style, column_widths
     * @return string the file's bytes
     */
    public function arrayToExcel(
        array $data,
        string $filename = 'export.xlsx',
        ?array $columns = null,
        array $formatOptions = []
    ): string {
        $body = ['data' => array_values($data), 'filename' => $filename]
            + ($columns === null ? [] : ['columns' => $columns])
            + ($formatOptions ? ['format_options' => $formatOptions] : []);
        return $this->postForExcel('/api/export/excel', $body);
    }

    /**
     * The same for many rows: more than LARGE_ROWS are sent in parts.
     *
     * @param callable|null $progress told the parts sent and all of them
     */
    public function largeArrayToExcel(
        array $data,
        string $filename = 'export.xlsx',
        ?array $columns = null,
        array $formatOptions = [],
        ?callable $progress = null
    ): string {
        if (count($data) <= self::LARGE_ROWS) {
            return $this->arrayToExcel($data, $filename, $columns, $formatOptions);
        }
        if ($columns !== null) {
            $data = $this->onlyColumns($data, $columns);
        }
        $more = ['filename' => $filename] + ($formatOptions ? ['format_options' => $formatOptions] : []);
        $answer = $this->sendChunks('/api/export/excel/chunked', $data, $more, $progress);
        return $this->excelOf($answer);
    }

    /**
     * Filters, sorts and groups rows.
     *
     * @param array[] $operations e.g. [['type' => 'sort', 'column' => 'name', 'order' => 'asc']]
     * @return array with data, columns, row_count
     */
    public function processData(array $data, array $operations = []): array
    {
        $body = ['data' => array_values($data), 'operations' => $operations];
        return $this->postJson('/api/data/process', $body);
    }

    /** The same for many rows: more than LARGE_ROWS are sent in parts. */
    public function processLargeData(array $data, array $operations = [], ?callable $progress = null): array
    {
        if (count($data) <= self::LARGE_ROWS) {
            return $this->processData($data, $operations);
        }
        $more = ['operations' => $operations];
        return $this->jsonOf($this->sendChunks('/api/data/process/chunked', $data, $more, $progress));
    }

    /**
     * Has the service make an export and brings the file.
     *
     * @param string  $type    participants, payments or ambassadors
     * @param array[] $data    records
     * @param array   $options those of the service (template, format, filename, sheet_name,
     *                         filters, force_chunking, chunk_size, options, async), and
     *                         save_to: a file, or a folder where it gets its own name; false
     *                         brings no file, and without it a temporary one is made
     * @return array what the service says of the export, and `file_path`, where the file is
     */
    public function exportYBBData(string $type, array $data, array $options = []): array
    {
        $saveTo = $options['save_to'] ?? '';
        unset($options['save_to'], $options['response_mode']);
        $body = ['data' => array_values($data)] + array_filter($options, static function ($value) {
            return $value !== null;
        });
        $answer = $this->postJson('/api/ybb/export/' . rawurlencode($type), $this->withObjects($body));
        if ($saveTo === false) {
            return $answer;
        }
        $id = (string) ($answer['data']['export_id'] ?? '');
        if ($this->stateOf($answer) !== 'completed') {
            $answer['final_status'] = $this->waitForExport($id);
        }
        $answer['file_path'] = $this->downloadExport($id, (string) $saveTo);
        return $answer;
    }

    /** @return array what the service says of an export: status, progress, … */
    public function getExportStatus(string $exportId): array
    {
        return $this->getJson('/api/ybb/export/' . rawurlencode($exportId) . '/status');
    }

    /** Waits until an export is whole; returns its last status. */
    public function waitForExport(string $exportId, ?int $timeoutSeconds = null): array
    {
        $until = microtime(true) + ($timeoutSeconds ?? $this->timeoutSeconds);
        $pause = (float) $this->settings['poll_seconds'];
        while (true) {
            $status = $this->getExportStatus($exportId);
            if ($this->stateOf($status) === 'completed') {
                return $status;
            }
            if (in_array($status['status'] ?? '', ['failed', 'expired'], true)) {
                $message = (string) ($status['error']['message'] ?? 'the export did not succeed');
                $code = (string) ($status['error']['error_code'] ?? 'EXPORT_FAILED');
                throw new YBBDataProcessorException($message, $code, 200, (string) ($status['request_id'] ?? ''), $status);
            }
            if (microtime(true) + $pause > $until) {
                throw new YBBDataProcessorException("the export $exportId is not whole yet", 'TIMEOUT');
            }
            usleep((int) ($pause * 1000000));
            $pause = min($pause * 1.5, 5.0);
        }
    }

    /**
     * Brings an export's file, straight to the disk.
     *
     * @param string   $saveTo a file, a folder, or empty for a temporary file
     * @param string   $type   single or zip; empty for what the export is
     * @param int|null $batch  only this part of an export of several files, from 1
     * @return string where the file is; it is there only when it is whole
     */
    public function downloadExport(string $exportId, string $saveTo = '', string $type = '', ?int $batch = null): string
    {
        $path = '/api/ybb/export/' . rawurlencode($exportId) . '/download';
        $path .= $batch !== null ? "/batch/$batch" : ($type === '' ? '' : '?type=' . rawurlencode($type));
        $folder = $this->folderFor($saveTo);
        $part = tempnam($folder, '.ybb');
        if ($part === false) {
            throw new YBBDataProcessorException("nothing can be written to $folder", 'FILE_NOT_WRITTEN');
        }
        try {
            $answer = $this->makeRequest('GET', $path, null, ['save_to' => $part, 'accept' => '*/*']);
            $this->checkFile($answer, $part);
            $target = $this->targetOf($saveTo, $folder, $answer);
            if (!@rename($part, $target)) {
                throw new YBBDataProcessorException("cannot write $target", 'FILE_NOT_WRITTEN');
            }
            @chmod($target, 0666 & ~umask());
            return $target;
        } finally {
            if (is_file($part)) {
                @unlink($part);
            }
        }
    }

    /** @return array templates of one type, or of all: by type and name */
    public function getTemplates(string $type = ''): array
    {
        $answer = $this->getJson('/api/ybb/templates' . ($type === '' ? '' : '/' . rawurlencode($type)));
        return $answer['data'] ?? [];
    }

    /** @return array row_count, column_count, columns, data_types, null_counts, … */
    public function validateData(array $data): array
    {
        return $this->postJson('/api/data/validate', ['data' => array_values($data)]);
    }

    /** Makes a workbook of a CSV file; returns its bytes. */
    public function csvToExcel(string $path, string $filename = ''): string
    {
        if (!is_file($path) || !is_readable($path)) {
            throw new YBBDataProcessorException("there is no file $path that can be read", 'FILE_NOT_FOUND');
        }
        $name = $filename !== '' ? $filename : pathinfo($path, PATHINFO_FILENAME) . '.xlsx';
        $fields = [
            'file' => new CURLFile($path, 'text/csv', basename($path)),
            'format' => 'excel',
            'filename' => $name,
        ];
        return $this->excelOf($this->makeRequest('POST', '/api/upload/csv', $fields, ['accept' => self::EXCEL]));
    }

    /**
     * Saves a workbook's bytes; the file is there only when it is whole.
     *
     * @param string $content what arrayToExcel() and its like return
     * @throws YBBDataProcessorException the content is no workbook (JSON, say), or cannot be written
     */
    public function saveExcelFile(string $content, string $path): bool
    {
        $this->checkExcel($content);
        $part = @tempnam($this->folderFor($path), '.ybb');
        if ($part === false || @file_put_contents($part, $content) !== strlen($content) || !@rename($part, $path)) {
            if ($part !== false && is_file($part)) {
                @unlink($part);
            }
            throw new YBBDataProcessorException("cannot write $path", 'FILE_NOT_WRITTEN');
        }
        @chmod($path, 0666 & ~umask());
        return true;
    }

    /** Sends a workbook's bytes to the browser as a file of this name. */
    public function downloadExcel(string $content, string $filename): void
    {
        $this->checkExcel($content);
        $name = preg_replace('/[\x00-\x1f\x7f"\\\\\/]+/', '_', $filename);
        if (!headers_sent()) {
            header('Content-Type: ' . self::EXCEL);
            header('Content-Disposition: attachment; filename="' . preg_replace('/[^\x20-\x7e]/', '_', $name)
                . '"; filename*=UTF-8\'\'' . rawurlencode($name));
            header('Content-Length: ' . strlen($content));
            header('Cache-Control: no-cache, no-store, must-revalidate');
            header('X-Content-Type-Options: nosniff');
        }
        echo $content;
    }

    /**
     * Sends one request; an answer that is an error is thrown.
     *
     * @param string            $path    below the base address
     * @param array|string|null $body    JSON text, or the fields of a form
     * @param array             $options accept (media type), save_to (a file for the body)
     * @return array with status, type, headers (names in lower case) and body
     */
    public function makeRequest(string $method, string $path, $body = null, array $options = []): array
    {
        for ($attempt = 0; ; $attempt++) {
            $answer = $this->send($method, $path, $body, $options);
            $pause = $this->pauseAfter($answer, $attempt);
            if ($pause === null) {
                break;
            }
            sleep($pause);
        }
        if ($answer['status'] < 200 || $answer['status'] >= 300) {
            throw $this->errorOf($answer, $options['save_to'] ?? '');
        }
        return $answer;
    }

    private function send(string $method, string $path, $body, array $options): array
    {
        $headers = [];
        $curl = curl_init($this->baseUrl . $path);
        curl_setopt_array($curl, $this->curlOptions($method, $body, $options['accept'] ?? 'application/json'));
        curl_setopt($curl, CURLOPT_HEADERFUNCTION, static function ($curl, string $line) use (&$headers): int {
            $found = explode(':', $line, 2);
            if (count($found) === 2) {
                $headers[strtolower(trim($found[0]))] = trim($found[1]);
            } elseif (strpos($line, 'HTTP/') === 0) {
                $headers = [];
            }
            return strlen($line);
        });
        $file = null;
        if (isset($options['save_to'])) {
            $file = fopen($options['save_to'], 'wb');
            curl_setopt($curl, CURLOPT_FILE, $file);
        } else {
            curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
        }
        $found = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $fault = curl_errno($curl) ? curl_error($curl) : '';
        if ($file !== null) {
            $is_whole = fflush($file);
            fclose($file);
            $fault = $fault === '' && !$is_whole ? 'the file cannot be written' : $fault;
        }
        if ($fault !== '' || $found === false) {
            $code = $status === 0 ? 'CONNECTION_FAILED' : 'ANSWER_BROKEN_OFF';
            $said = "$method {$this->baseUrl}$path: $fault";
            throw new YBBDataProcessorException($said, $code, $status, $headers['x-request-id'] ?? '');
        }
        return [
            'status' => $status,
            'type' => strtolower(trim(explode(';', $headers['content-type'] ?? '')[0])),
            'headers' => $headers,
            'body' => is_string($found) ? $found : '',
        ];
    }

    private function curlOptions(string $method, $body, string $accept): array
    {
        $headers = ["Accept: $accept", 'Expect:'];
        if ($this->apiKey !== '') {
            $headers[] = 'X-API-Key: ' . $this->apiKey;
        }
        if (is_string($body)) {
            $headers[] = 'Content-Type: application/json';
        }
        $verify = (bool) $this->settings['verify_tls'];
        $options = [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_TIMEOUT => $this->timeoutSeconds,
            CURLOPT_CONNECTTIMEOUT => (int) $this->settings['connect_timeout'],
            CURLOPT_SSL_VERIFYPEER => $verify,
            CURLOPT_SSL_VERIFYHOST => $verify ? 2 : 0,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false, // the key goes to nobody else
            CURLOPT_USERAGENT => 'YBBDataProcessor/2 PHP/' . PHP_VERSION,
        ];
        if ($this->settings['ca_file'] !== '') {
            $options[CURLOPT_CAINFO] = $this->settings['ca_file'];
        }
        return $body === null ? $options : $options + [CURLOPT_POSTFIELDS => $body];
    }

    /** How long to wait before the same request again; null when the answer stands. */
    private function pauseAfter(array $answer, int $attempt): ?int
    {
        if (!in_array($answer['status'], [429, 503], true) || $attempt >= $this->settings['retries']) {
            return null;
        }
        $asked = (int) ($answer['headers']['retry-after'] ?? 1);
        return $asked > self::LONGEST_PAUSE_SECONDS ? null : max(1, $asked);
    }

    private function errorOf(array $answer, string $file): YBBDataProcessorException
    {
        $text = $file === '' ? $answer['body'] : (string) file_get_contents($file, false, null, 0, 65536);
        $said = json_decode($text, true);
        $said = is_array($said) ? $said : [];
        $requestId = (string) ($said['request_id'] ?? $answer['headers']['x-request-id'] ?? '');
        $code = (string) ($said['error_code'] ?? $said['code'] ?? 'UNEXPECTED_ANSWER');
        $message = (string) ($said['detail'] ?? $said['message'] ?? $this->excerpt($answer, $text));
        return new YBBDataProcessorException($message, $code, $answer['status'], $requestId, $said);
    }

    private function unexpected(array $answer, string $wanted): YBBDataProcessorException
    {
        $message = "$wanted was expected, and this came: " . $this->excerpt($answer, $answer['body']);
        $requestId = $answer['headers']['x-request-id'] ?? '';
        return new YBBDataProcessorException($message, 'UNEXPECTED_ANSWER', $answer['status'], $requestId);
    }

    private function excerpt(array $answer, string $text): string
    {
        $plain = trim((string) preg_replace('/[^\x20-\x7e]+/', ' ', strip_tags(substr($text, 0, 2000))));
        return "HTTP {$answer['status']} {$answer['type']} " . substr($plain, 0, 200);
    }

    private function getJson(string $path): array
    {
        return $this->jsonOf($this->makeRequest('GET', $path));
    }

    private function postJson(string $path, array $body): array
    {
        return $this->jsonOf($this->makeRequest('POST', $path, $this->encode($body)));
    }

    private function postForExcel(string $path, array $body): string
    {
        return $this->excelOf($this->makeRequest('POST', $path, $this->encode($body), ['accept' => self::EXCEL]));
    }

    private function jsonOf(array $answer): array
    {
        $value = json_decode($answer['body'], true, 512, JSON_BIGINT_AS_STRING);
        if ($answer['type'] !== 'application/json' || !is_array($value)) {
            throw $this->unexpected($answer, 'JSON');
        }
        return $value;
    }

    private function excelOf(array $answer): string
    {
        if ($answer['type'] !== self::EXCEL) {
            throw $this->unexpected($answer, 'a workbook');
        }
        $this->checkExcel($answer['body']);
        return $answer['body'];
    }

    private function checkExcel(string $content): void
    {
        if (strncmp($content, "PK\x03\x04", 4) !== 0) {
            $begun = substr((string) preg_replace('/[^\x20-\x7e]+/', ' ', $content), 0, 60);
            throw new YBBDataProcessorException("this is no workbook, it begins with: $begun", 'NOT_A_WORKBOOK');
        }
    }

    /** Throws unless what was saved is the file that the answer says it is. */
    private function checkFile(array $answer, string $path): void
    {
        if (!in_array($answer['type'], self::FILE_TYPES, true) || !isset($answer['headers']['content-disposition'])) {
            $answer['body'] = (string) file_get_contents($path, false, null, 0, 2000);
            throw $this->unexpected($answer, 'a file');
        }
        if (in_array($answer['type'], [self::EXCEL, 'application/zip'], true)) {
            $this->checkExcel((string) file_get_contents($path, false, null, 0, 64));
        }
        $hash = $answer['headers']['x-content-sha256'] ?? '';
        if ($hash !== '' && !hash_equals($hash, (string) hash_file('sha256', $path))) {
            throw $this->unexpected(['body' => ''] + $answer, 'the file that was announced');
        }
    }

    private function folderFor(string $path): string
    {
        $folder = $path === '' ? sys_get_temp_dir() : (is_dir($path) ? $path : dirname($path));
        if (!is_dir($folder) || !is_writable($folder)) {
            throw new YBBDataProcessorException("nothing can be written to $folder", 'FILE_NOT_WRITTEN');
        }
        return rtrim($folder, '/\\') === '' ? $folder : rtrim($folder, '/\\');
    }

    private function targetOf(string $saveTo, string $folder, array $answer): string
    {
        if ($saveTo !== '' && !is_dir($saveTo)) {
            return $saveTo;
        }
        $said = $answer['headers']['content-disposition'];
        $name = 'export';
        if (preg_match("/filename\*=UTF-8''([^;]+)/i", $said, $found)) {
            $name = rawurldecode($found[1]);
        } elseif (preg_match('/filename="?([^";]+)"?/i', $said, $found)) {
            $name = $found[1];
        }
        // The server's word is no path here, and no hidden file.
        $name = ltrim((string) preg_replace('/[\x00-\x1f\x7f<>:"|?*\/\\\\]+/', '_', $name), '. ');
        $name = $name === '' ? 'export' : $name;
        return $folder . DIRECTORY_SEPARATOR . ($saveTo === '' ? bin2hex(random_bytes(8)) . '_' : '') . $name;
    }

    private function stateOf(array $status): string
    {
        if (isset($status['state'])) {
            return (string) $status['state'];
        }
        // Older services say it in `status` alone.
        $said = (string) ($status['status'] ?? '');
        return $said === 'success' ? 'completed' : $said;
    }

    /** Sends rows in parts of one session; returns the answer to the last. */
    private function sendChunks(string $path, array $data, array $more, ?callable $progress): array
    {
        $session = bin2hex(random_bytes(16));
        $chunks = array_chunk($data, self::CHUNK_ROWS);
        $total = count($chunks);
        $answer = [];
        foreach ($chunks as $index => $chunk) {
            $is_last = $index === $total - 1;
            $body = ['session_id' => $session, 'chunk_index' => $index, 'total_chunks' => $total, 'chunk_data' => $chunk];
            $answer = $this->makeRequest('POST', $path, $this->encode($body + $more), ['accept' => '*/*']);
            if (!$is_last) {
                $this->jsonOf($answer);
            }
            if ($progress !== null) {
                $progress($index + 1, $total);
            }
        }
        return $answer;
    }

    private function onlyColumns(array $data, array $columns): array
    {
        $wanted = array_fill_keys($columns, null);
        return array_map(static function (array $row) use ($wanted): array {
            return array_merge($wanted, array_intersect_key($row, $wanted));
        }, $data);
    }

    /** An empty array is `[]` in JSON; where the service reads an object it must be `{}`. */
    private function withObjects(array $body): array
    {
        foreach (['filters', 'options'] as $name) {
            if (isset($body[$name]) && $body[$name] === []) {
                $body[$name] = new stdClass();
            }
        }
        return $body;
    }

    private function encode(array $body): string
    {
        try {
            return json_encode($body, self::JSON_FLAGS);
        } catch (JsonException $error) {
            $where = '';
            foreach ($body['data'] ?? $body['chunk_data'] ?? [] as $index => $row) {
                if (json_encode($row) === false) {
                    $where = "row $index: ";
                    break;
                }
            }
            throw new YBBDataProcessorException($where . $error->getMessage(), 'VALIDATION_ERROR', 0, '', [], $error);
        }
    }
}
