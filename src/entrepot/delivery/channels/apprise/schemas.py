"""Services that may be used: those that are told by HTTP and read no file here."""

from __future__ import annotations

SCHEMAS = frozenset(
    """
    46elks azure bark barks betterstack bluesky brevo bsky bulksms bulkvs burstsms
    chanify clickatell clicksend cliq cm d7sms dingtalk discord dot eight00com elks
    emby embys enigma2 enigma2s evolution evolutions exotel feishu firehydrant flock
    flowtriq flowtriqs fluxer fluxers form forms freemobile gchat goalert goalerts
    gorush gorushs gotify gotifys groundmail groupme guilded gupshup hassio hassios
    httpsms humhub humhubs ifttt ilert incidentio infobip jellyfin jellyfins jira
    join json jsons kakao kakaotalk kaleyra kavenegar klr kodi kodis kook kudosity
    kumulos lametric lametrics lark lauther lfg line mailersend mailgun mastodon
    mastodons matrix matrixs misskey misskeys mmost mmosts mobilemessage mobilemsg
    msg91 msgbird ncloud nclouds nctalk nctalks nexmo notica noticas notifiarr
    notifico notificos notifyre ntfy ntfys o365 octopush onebot onebots onesignal
    opsgenie pagerduty pagertree parsep parseps pbul pinglet pinglets pingram pjet
    pjets plivo postmark pover prowl psafer psafers push pushdeer pushdeers pushed
    pushme pushplus pushward pushy qq reddit resend revolt ringc rocket rockets
    ryver schan sendgrid sendpulse serwersms ses seven sfr signal signalgrid signals
    signl4 simplepush sinch slack smsc smseagle smseagles smsmanager smsmgr
    smstunnel smtp2go sns sparkpost spike splunk spugpush spush squadcast stackfield
    strmlabs synology synologys telesign telnyx tgram threema toot toots trigv
    trigvs tweet twilio twist twitter viber victorops voipms vonage webex wechat
    wecom wecombot whapi whatsapp wpush wxpusher wxteams x xbmc xbmcs xmatters xml
    xmls youlmk zalo zcliq zohocliq zoom zulip
    """.split()  # noqa: SIM905  # a hundred and ninety lines otherwise
)
"""Not among them: what reads keys or templates from files, mail, which has a channel of
its own, what speaks another protocol, and what talks to this machine itself."""

NEVER = frozenset(
    (
        *("verify", "redirect", "template", "keyfile", "key_file", "cert", "path"),
        *("file", "attach", "pgp", "pgpkey", "config", "store", "subfile", "include"),
    )
)
"""What no address may ask for: files of ours, redirects, unchecked certificates."""
